/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_AFFINE_SUM_S8_H
#define CG_AFFINE_SUM_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ADD or SUB of two int8 tensors of equal shape, count elements each:
 * (input1 * input1_factor + input2 * input2_factor + offset) >> shift, between activation_min and activation_max.
 *
 * Bounds: the sum fits 32 bits for all inputs; shift in [0, 31].
 *
 * Aliasing: output may be equal to either input or to both (elements are read once, in ascending order, just before
 * the element of the output is written); otherwise it must not overlap them.
 *
 * Arithmetic: codegen/operators/_affine.py compares the form with the reference for every pair of inputs.
 */
typedef struct {
    int32_t input1_factor;
    int32_t input2_factor;
    int32_t offset;
    int32_t shift;
    int32_t activation_min;
    int32_t activation_max;
} cg_affine_sum_s8_params;

void cg_affine_sum_s8(const cg_affine_sum_s8_params *params, const int8_t *input1, const int8_t *input2, int32_t count,
                      int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_AFFINE_SUM_S8_H */
