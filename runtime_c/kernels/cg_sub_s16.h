/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SUB_S16_H
#define CG_SUB_S16_H

#include <stdint.h>

#include "cg_broadcast.h"
#include "cg_sum.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SUB of two int16 tensors, broadcast to each other.
 *
 * Bounds: dimensions >= 1; those of cg_sum.h, left_shift 15.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::SubElementwise of TFLite Micro.
 */
void cg_sub_s16(const cg_broadcast *shape, const cg_sum_params *params, const int16_t *input1, const int16_t *input2,
                int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SUB_S16_H */
