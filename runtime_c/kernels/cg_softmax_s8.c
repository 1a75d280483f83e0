/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_softmax_s8.h"

#include "cg_fixed_point.h"
#include "cg_requantize.h"

/* Bits before the binary point of the sum of exponentials. */
#define CG_SOFTMAX_SUM_INTEGER_BITS 12

/* exp(beta * scale * difference) as Q0.31, for a difference to the maximum, which is not positive. */
static int32_t cg_softmax_exp(const cg_softmax_s8_params *params, int32_t difference) {
    const int32_t scaled =
        cg_saturating_rounding_doubling_high_mul(cg_wrapping_shift_left(difference, params->shift), params->multiplier);
    return cg_exp_on_negative_values_q5_26(scaled);
}

static void cg_softmax_row(const cg_softmax_s8_params *params, const int8_t *input, int8_t *output) {
    int32_t greatest = INT8_MIN;
    for (int32_t i = 0; i < params->row_size; ++i) {
        greatest = cg_max_s32(greatest, input[i]);
    }

    int32_t sum = 0; /* Q12.19 */
    for (int32_t i = 0; i < params->row_size; ++i) {
        const int32_t difference = input[i] - greatest;
        if (difference >= params->diff_min) {
            const int32_t term = cg_softmax_exp(params, difference);
            sum = cg_wrapping_add(sum, cg_rounding_divide_by_power_of_two(term, CG_SOFTMAX_SUM_INTEGER_BITS));
        }
    }

    /* The sum is 2^bits * (1 + x) with x in [0, 1): the reciprocal needs 1 + x only, the power of two is a shift. The
     * greatest element alone adds 1, so there are at most 12 zeros in front; the bounds on row_size keep the sum
     * positive. */
    const int32_t zeros = cg_count_leading_zeros((uint32_t)sum);
    const int32_t x = (int32_t)(((uint32_t)sum << (uint32_t)zeros) - ((uint32_t)1 << 31));
    const int32_t reciprocal = cg_one_over_one_plus_x_for_x_in_0_1(x);
    const int32_t exponent = CG_SOFTMAX_SUM_INTEGER_BITS - zeros + 31 - 8; /* to the output's scale of 1/256 */

    for (int32_t i = 0; i < params->row_size; ++i) {
        const int32_t difference = input[i] - greatest;
        int32_t value = -128;
        if (difference >= params->diff_min) {
            const int32_t product =
                cg_saturating_rounding_doubling_high_mul(reciprocal, cg_softmax_exp(params, difference));
            value += cg_rounding_divide_by_power_of_two(product, exponent);
        }
        output[i] = (int8_t)cg_clamp_s32(value, -128, 127);
    }
}

void cg_softmax_s8(const cg_softmax_s8_params *params, const int8_t *input, int8_t *output) {
    for (int32_t row = 0; row < params->rows; ++row) {
        cg_softmax_row(params, input, output);
        input += params->row_size;
        output += params->row_size;
    }
}
