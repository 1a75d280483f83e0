/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_COMPARE_U8_H
#define CG_COMPARE_U8_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * EQUAL or NOT_EQUAL of two bool tensors, broadcast to each other.
 *
 * Bounds: dimensions >= 1; relation is one of cg_relation.h.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::ComparisonImpl of TFLite Micro.
 */
void cg_compare_u8(const cg_broadcast *shape, int32_t relation, const uint8_t *input1, const uint8_t *input2,
                   uint8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_COMPARE_U8_H */
