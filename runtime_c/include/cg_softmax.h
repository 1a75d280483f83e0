/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SOFTMAX_H
#define CG_SOFTMAX_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_fixed_point.h"
#include "cg_greatest.h"
#include "cg_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SOFTMAX of int8 over the innermost dimension, [rows][row_size], whatever the output's type is.
 *
 * multiplier, shift and diff_min are input_multiplier, input_left_shift and diff_min of TFLite's SoftmaxParams: the
 * scale of input * beta as Q5.26 by QuantizeMultiplier, and the difference to the row's maximum below which the result
 * counts as 0.
 *
 * Bounds: rows >= 0; 1 <= row_size <= 4095, so that the sum fits Q12.19; multiplier >= 0; shift in [0, 30];
 * diff_min <= 0 with -diff_min * 2^shift < 2^31.
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

/* Bits before the binary point of the sum of exponentials. */
#define CG_SOFTMAX_SUM_INTEGER_BITS 12

/* What the elements of a row are divided by: the sum of exponentials is 2^bits / reciprocal, which is Q0.31. */
typedef struct {
    int32_t greatest;
    int32_t reciprocal;
    int32_t bits;
} cg_softmax_row;

/* exp(beta * scale * difference) as Q0.31, for a difference to the maximum, which is not positive. */
CG_INLINE int32_t cg_softmax_exp(const cg_softmax_s8_params *params, int32_t difference) {
    const int32_t scaled =
        cg_saturating_rounding_doubling_high_mul(cg_wrapping_shift_left(difference, params->shift), params->multiplier);
    return cg_exp_on_negative_values_q5_26(scaled);
}

/* The sum of exponentials as Q12.19. */
CG_INLINE int32_t cg_softmax_sum(const cg_softmax_s8_params *params, const int8_t *input, int32_t greatest) {
    int32_t sum = 0;
    for (int32_t i = 0; i < params->row_size; ++i) {
        const int32_t difference = input[i] - greatest;
        if (difference >= params->diff_min) {
            const int32_t term = cg_softmax_exp(params, difference);
            sum = cg_wrapping_add(sum, cg_rounding_divide_by_power_of_two(term, CG_SOFTMAX_SUM_INTEGER_BITS));
        }
    }
    return sum;
}

CG_INLINE cg_softmax_row cg_softmax_row_of(const cg_softmax_s8_params *params, const int8_t *input) {
    cg_softmax_row row;
    row.greatest = cg_greatest_s8(input, params->row_size);

    /* The sum is 2^bits * (1 + x) with x in [0, 1): the reciprocal needs 1 + x only, the power of two is a shift. The
     * greatest element alone adds 1, so there are at most 12 zeros in front; the bounds on row_size keep the sum
     * positive. */
    const int32_t sum = cg_softmax_sum(params, input, row.greatest);
    const int32_t zeros = cg_count_leading_zeros((uint32_t)sum);
    const int32_t x = (int32_t)(((uint32_t)sum << (uint32_t)zeros) - ((uint32_t)1 << 31));
    row.reciprocal = cg_one_over_one_plus_x_for_x_in_0_1(x);
    row.bits = CG_SOFTMAX_SUM_INTEGER_BITS - zeros;
    return row;
}

/* The result for one input, as a number of steps of 2^-output_bits from 0. */
CG_INLINE int32_t cg_softmax_steps(const cg_softmax_s8_params *params, const cg_softmax_row *row, int32_t input,
                                   int32_t output_bits) {
    const int32_t difference = input - row->greatest;
    if (difference < params->diff_min) {
        return 0;
    }
    const int32_t product =
        cg_saturating_rounding_doubling_high_mul(row->reciprocal, cg_softmax_exp(params, difference));
    return cg_rounding_divide_by_power_of_two(product, row->bits + 31 - output_bits);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_SOFTMAX_H */
