/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_COMPARE_S16_H
#define CG_COMPARE_S16_H

#include <stdint.h>

#include "cg_broadcast.h"
#include "cg_sum.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS or LESS_EQUAL of two int16 tensors, broadcast to each other. The real
 * values are compared, rounded to multiples of 2^-8.
 *
 * Bounds: dimensions >= 1; relation is one of cg_relation.h; those of cg_sum.h, of which the output's parameters are
 * not used.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::ComparisonWithScaling of TFLite Micro.
 */
void cg_compare_s16(const cg_broadcast *shape, const cg_sum_params *params, int32_t relation, const int16_t *input1,
                    const int16_t *input2, uint8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_COMPARE_S16_H */
