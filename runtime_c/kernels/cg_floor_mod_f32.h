/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FLOOR_MOD_F32_H
#define CG_FLOOR_MOD_F32_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FLOOR_MOD of two float tensors, broadcast to each other: what is left of input1, with the sign of input2.
 *
 * Bounds: dimensions >= 1.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::FloorMod of TFLite Micro.
 */
void cg_floor_mod_f32(const cg_broadcast *shape, const float *input1, const float *input2, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FLOOR_MOD_F32_H */
