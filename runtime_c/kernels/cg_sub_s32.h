/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SUB_S32_H
#define CG_SUB_S32_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SUB of two int32 tensors, broadcast to each other. Overflow wraps.
 *
 * Bounds: dimensions >= 1; low <= high, the range of the fused activation.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::SubWithActivation of TFLite Micro.
 */
void cg_sub_s32(const cg_broadcast *shape, int32_t low, int32_t high, const int32_t *input1, const int32_t *input2,
                int32_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SUB_S32_H */
