/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SQUARED_DIFFERENCE_F32_H
#define CG_SQUARED_DIFFERENCE_F32_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SQUARED_DIFFERENCE of two float tensors, broadcast to each other.
 *
 * Bounds: dimensions >= 1.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: SquaredDifference of TFLite Micro.
 */
void cg_squared_difference_f32(const cg_broadcast *shape, const float *input1, const float *input2, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SQUARED_DIFFERENCE_F32_H */
