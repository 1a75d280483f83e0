/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_COMPARE_S16_H
#define CG_COMPARE_S16_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS or LESS_EQUAL of two int16 tensors, broadcast to each other. Quantized
 * values are compared as they are.
 *
 * Bounds: dimensions >= 1; relation is one of cg_relation.h.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::ComparisonImpl of TFLite Micro.
 */
void cg_compare_s16(const cg_broadcast *shape, int32_t relation, const int16_t *input1, const int16_t *input2,
                    uint8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_COMPARE_S16_H */
