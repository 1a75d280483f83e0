/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_PRELU_F32_H
#define CG_PRELU_F32_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * PRELU of a float tensor (input1) with alphas (input2), broadcast to each other.
 *
 * Bounds: dimensions >= 1.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: BroadcastPrelu4DSlowFloat of TFLite Micro.
 */
void cg_prelu_f32(const cg_broadcast *shape, const float *input1, const float *input2, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_PRELU_F32_H */
