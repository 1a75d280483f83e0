/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SOFTMAX_S8_H
#define CG_SOFTMAX_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SOFTMAX of int8 over the innermost dimension: input and output are [rows][row_size]; the output has scale 1/256 and
 * zero point -128.
 *
 * multiplier, shift and diff_min are input_multiplier, input_left_shift and diff_min of TFLite's SoftmaxParams: the
 * scale of input * beta as Q5.26 by QuantizeMultiplier, and the difference to the row's maximum below which the result
 * counts as 0.
 *
 * Bounds: rows >= 0; 1 <= row_size <= 4095, so that the sum fits Q12.19; multiplier >= 0; shift in [0, 30];
 * diff_min <= 0 with -diff_min * 2^shift < 2^31.
 *
 * Where 512 or more elements are near the maximum, the reference stops with a failed check (its last shift would be
 * 32 or more); here they give -128, the rounded value of 1/512 and less.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::Softmax of TFLite Micro, with the fixed-point functions of cg_fixed_point.h. Each
 * exponential is computed twice, which saves a buffer of a row.
 */
typedef struct {
    int32_t rows;
    int32_t row_size;
    int32_t multiplier;
    int32_t shift;
    int32_t diff_min;
} cg_softmax_s8_params;

void cg_softmax_s8(const cg_softmax_s8_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SOFTMAX_S8_H */
