/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RESCALED_PRODUCT_H
#define CG_RESCALED_PRODUCT_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * REDUCE_PROD of a quantized type: each product is rescaled at once, so that it fits. The state before the first
 * element is cg_no_product.
 *
 * Bounds: input_offset in [-127, 128], of int16 0; multiplier >= 0; shift in [-31, 7].
 *
 * Arithmetic: reference_ops::QuantizedReduceProd of LiteRT with the 64-bit form of MultiplyByQuantizedMultiplier,
 * whose multiplier has 16 bits.
 */
typedef struct {
    int32_t input_offset;
    int32_t output_offset;
    int32_t multiplier;
    int32_t shift;
} cg_rescaled_product_params;

typedef struct {
    int32_t value;
    int32_t count;
} cg_rescaled_product;

CG_INLINE cg_rescaled_product cg_no_product(void) {
    cg_rescaled_product none;
    none.value = 0;
    none.count = 0;
    return none;
}

CG_INLINE int32_t cg_rescaled(const cg_rescaled_product_params *params, int64_t value) {
    const int32_t multiplier = (params->multiplier < 0x7FFF0000) ? (params->multiplier + (1 << 15)) >> 16 : 0x7FFF;
    const int32_t shift = 15 - params->shift;
    return (int32_t)((value * multiplier + ((int64_t)1 << (shift - 1))) >> shift);
}

CG_INLINE void cg_rescaled_multiply(const cg_rescaled_product_params *params, cg_rescaled_product *product,
                                    int32_t input) {
    const int32_t value = input + params->input_offset;
    product->value = (product->count == 0) ? value : cg_rescaled(params, (int64_t)product->value * value);
    product->count = 1;
}

CG_INLINE int32_t cg_rescaled_output(const cg_rescaled_product_params *params, const cg_rescaled_product *product,
                                     int32_t low, int32_t high) {
    return cg_clamp_s32(cg_wrapping_add(cg_rescaled(params, product->value), params->output_offset), low, high);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_RESCALED_PRODUCT_H */
