/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LEAKY_RELU_S16_H
#define CG_LEAKY_RELU_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * LEAKY_RELU of int16: one requantization for inputs from 0 on, another for those below, which are negated afterwards
 * where alpha is negative.
 *
 * Bounds: offsets in [-32767, 32768]; multipliers >= 0; shifts in [-31, 31].
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::QuantizeLeakyRelu of TFLite Micro.
 */
typedef struct {
    int32_t input_offset;
    int32_t output_offset;
    int32_t identity_multiplier;
    int32_t identity_shift;
    int32_t alpha_multiplier;
    int32_t alpha_shift;
    int32_t alpha_is_negative;
} cg_leaky_relu_s16_params;

void cg_leaky_relu_s16(const cg_leaky_relu_s16_params *params, const int16_t *input, int32_t count, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LEAKY_RELU_S16_H */
