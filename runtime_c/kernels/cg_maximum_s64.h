/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MAXIMUM_S64_H
#define CG_MAXIMUM_S64_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * MAXIMUM of two int64 tensors, broadcast to each other.
 *
 * Bounds: dimensions >= 1.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: MaximumOp of TFLite Micro.
 */
void cg_maximum_s64(const cg_broadcast *shape, const int64_t *input1, const int64_t *input2, int64_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MAXIMUM_S64_H */
