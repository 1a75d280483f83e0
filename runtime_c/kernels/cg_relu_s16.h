/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RELU_S16_H
#define CG_RELU_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * RELU of int16: rescaled, and 0 where it is negative.
 *
 * Bounds: the zero points of input and output are 0; multiplier >= 0; shift in [-31, 31].
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: ReluQuantized of TFLite Micro.
 */
void cg_relu_s16(int32_t multiplier, int32_t shift, const int16_t *input, int32_t count, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_RELU_S16_H */
