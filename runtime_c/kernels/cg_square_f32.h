/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SQUARE_F32_H
#define CG_SQUARE_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SQUARE: x * x.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: SquareEval of TFLite Micro.
 */
void cg_square_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SQUARE_F32_H */
