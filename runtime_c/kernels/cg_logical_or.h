/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LOGICAL_OR_H
#define CG_LOGICAL_OR_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * LOGICAL_OR of two bool tensors, broadcast to each other.
 *
 * Bounds: dimensions >= 1.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: LogicalOr of TFLite Micro.
 */
void cg_logical_or(const cg_broadcast *shape, const uint8_t *input1, const uint8_t *input2, uint8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LOGICAL_OR_H */
