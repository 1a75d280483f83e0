/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ADD_S32_H
#define CG_ADD_S32_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ADD of two int32 tensors, broadcast to each other. Overflow wraps.
 *
 * Bounds: dimensions >= 1.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::Add, which TFLite Micro gives no activation for int32: the fused activation has no effect.
 * That is the rule of TFLite Micro.
 */
void cg_add_s32(const cg_broadcast *shape, const int32_t *input1, const int32_t *input2, int32_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ADD_S32_H */
