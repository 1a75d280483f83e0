/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SQUARED_DIFFERENCE_S8_H
#define CG_SQUARED_DIFFERENCE_S8_H

#include <stdint.h>

#include "cg_broadcast.h"
#include "cg_sum.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SQUARED_DIFFERENCE of two int8 tensors, broadcast to each other.
 *
 * Bounds: dimensions >= 1; those of cg_sum.h, left_shift 7.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: SquaredDifference of TFLite Micro.
 */
void cg_squared_difference_s8(const cg_broadcast *shape, const cg_sum_params *params, const int8_t *input1,
                              const int8_t *input2, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SQUARED_DIFFERENCE_S8_H */
