/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DIV_F32_H
#define CG_DIV_F32_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DIV of two float tensors, broadcast to each other.
 *
 * Bounds: dimensions >= 1; low <= high, the range of the fused activation.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::Div of TFLite Micro.
 */
void cg_div_f32(const cg_broadcast *shape, float low, float high, const float *input1, const float *input2,
                float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DIV_F32_H */
