/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_PRODUCT_H
#define CG_PRODUCT_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_dsp.h"
#include "cg_requantize.h"
#include "cg_wrapping.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Products and quotients of two quantized elements, requantized to the output.
 *
 * Bounds: offsets of 8-bit tensors in [-127, 128], of 16-bit ones 0; multiplier >= 0.
 */
typedef struct {
    int32_t input1_offset;
    int32_t input2_offset;
    int32_t output_offset;
    int32_t output_multiplier;
    int32_t output_shift;
    int32_t activation_min;
    int32_t activation_max;
} cg_product_params;

/* MulElementwise of TFLite Micro. */
CG_INLINE int32_t cg_product_element(const cg_product_params *params, int32_t input1, int32_t input2) {
    const int32_t product = cg_wrapping_multiply(input1 + params->input1_offset, input2 + params->input2_offset);
    const int32_t output = cg_requantize(product, params->output_multiplier, params->output_shift);
    return cg_clamp_s32(cg_wrapping_add(output, params->output_offset), params->activation_min, params->activation_max);
}

/* cg_saturating_rounding_doubling_high_mul for |value| < 2^30 and multiplier >= 0. */
CG_INLINE int32_t cg_product_high(int32_t value, int32_t multiplier) {
#if CG_DSP
    int32_t high;
    __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(value * 2), "r"(multiplier));
    return high;
#elif defined(__ARM_ARCH_6M__)
    /* value = xh * 2^15 + xl, multiplier = mh * 2^16 + ml: four products of 32 bits, none of which overflows. */
    const int32_t xh = value >> 15;
    const int32_t xl = value & 0x7FFF;
    const int32_t mh = multiplier >> 16;
    const int32_t ml = multiplier & 0xFFFF;
    const int32_t middle = xh * ml + (int32_t)(((uint32_t)xl * (uint32_t)ml) >> 15) + (1 << 15);
    return xh * mh + ((xl * mh + (middle >> 1)) >> 15);
#else
    return (int32_t)(((int64_t)value * (int64_t)multiplier + ((int64_t)1 << 30)) >> 31);
#endif
}

#ifdef __cplusplus
}
#endif

#endif /* CG_PRODUCT_H */
