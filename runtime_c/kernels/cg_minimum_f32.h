/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MINIMUM_F32_H
#define CG_MINIMUM_F32_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * MINIMUM of two float tensors, broadcast to each other. Input 2 where either is not a number.
 *
 * Bounds: dimensions >= 1.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: MinimumOp of TFLite Micro.
 */
void cg_minimum_f32(const cg_broadcast *shape, const float *input1, const float *input2, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MINIMUM_F32_H */
