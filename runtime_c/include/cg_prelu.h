/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_PRELU_H
#define CG_PRELU_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_requantize.h"
#include "cg_wrapping.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * PRELU of a quantized element: one requantization for inputs from 0 on, another for products with alpha.
 *
 * Bounds: offsets in [-127, 128], of 16-bit tensors in [-32767, 32768]; multipliers >= 0; shifts in [-31, 30].
 *
 * Arithmetic: reference_ops::BroadcastPrelu4DSlow of TFLite Micro.
 */
typedef struct {
    int32_t input_offset;
    int32_t alpha_offset;
    int32_t output_offset;
    int32_t identity_multiplier;
    int32_t identity_shift;
    int32_t alpha_multiplier;
    int32_t alpha_shift;
} cg_prelu_params;

CG_INLINE int32_t cg_prelu_element(const cg_prelu_params *params, int32_t input, int32_t alpha) {
    const int32_t value = input + params->input_offset;
    const int32_t product = cg_wrapping_multiply(value, alpha + params->alpha_offset);
    const int32_t output = (value >= 0) ? cg_requantize(value, params->identity_multiplier, params->identity_shift)
                                        : cg_requantize(product, params->alpha_multiplier, params->alpha_shift);
    return cg_wrapping_add(output, params->output_offset);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_PRELU_H */
