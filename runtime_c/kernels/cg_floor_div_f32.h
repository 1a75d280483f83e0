/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FLOOR_DIV_F32_H
#define CG_FLOOR_DIV_F32_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FLOOR_DIV of two float tensors, broadcast to each other. The quotient is formed in double precision. Where the
 * reference stops at a divisor of 0, the result is infinite or not a number.
 *
 * Bounds: dimensions >= 1.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::FloorDiv of TFLite Micro.
 */
void cg_floor_div_f32(const cg_broadcast *shape, const float *input1, const float *input2, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FLOOR_DIV_F32_H */
