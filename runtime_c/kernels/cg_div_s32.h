/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DIV_S32_H
#define CG_DIV_S32_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DIV of two int32 tensors, broadcast to each other. Rounds towards 0. Where the reference divides by 0, which C leaves
 * undefined, the quotient is 0.
 *
 * Bounds: dimensions >= 1; low <= high, the range of the fused activation.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::Div of TFLite Micro.
 */
void cg_div_s32(const cg_broadcast *shape, int32_t low, int32_t high, const int32_t *input1, const int32_t *input2,
                int32_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DIV_S32_H */
