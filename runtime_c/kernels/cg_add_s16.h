/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ADD_S16_H
#define CG_ADD_S16_H

#include <stdint.h>

#include "cg_broadcast.h"
#include "cg_sum.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ADD of two int16 tensors, broadcast to each other.
 *
 * Bounds: dimensions >= 1; those of cg_sum.h, left_shift 15.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::AddElementwise of TFLite Micro.
 */
void cg_add_s16(const cg_broadcast *shape, const cg_sum_params *params, const int16_t *input1, const int16_t *input2,
                int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ADD_S16_H */
