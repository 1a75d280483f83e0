/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_div_s8.h"

#include "cg_fixed_point.h"
#include "cg_requantize.h"
#include "cg_wrapping.h"

/* Bits of value below its sign that equal the sign. */
static int32_t cg_headroom(int32_t value) {
    return cg_count_leading_zeros((uint32_t)(value < 0 ? ~value : value)) - 1;
}

static int8_t cg_quotient(const cg_product_params *params, int32_t a, int32_t b) {
    const int32_t divisor = b + params->input2_offset;
    const int32_t dividend = (divisor < 0) ? -(a + params->input1_offset) : a + params->input1_offset;
    const uint32_t positive = (uint32_t)(divisor < 0 ? -divisor : divisor);
    int32_t quotient = 0;
    if (positive != 0) {
        /* The divisor as a number in [1, 2): 2^31 and what is above it, in Q0.31. */
        const int32_t zeros = cg_count_leading_zeros(positive);
        const int32_t above_one = (int32_t)((positive << (uint32_t)zeros) - ((uint32_t)1 << 31));
        const int32_t reciprocal = cg_one_over_one_plus_x_for_x_in_0_1(above_one);
        const int32_t headroom = cg_headroom(dividend);
        const int32_t scaled =
            cg_saturating_rounding_doubling_high_mul(cg_wrapping_shift_left(dividend, headroom), reciprocal);
        quotient = cg_rounding_divide_by_power_of_two(
            cg_saturating_rounding_doubling_high_mul(scaled, params->output_multiplier),
            31 - zeros + headroom - params->output_shift);
    }
    return (int8_t)cg_clamp_s32(quotient + params->output_offset, params->activation_min, params->activation_max);
}

void cg_div_s8(const cg_broadcast *shape, const cg_product_params *params, const int8_t *input1, const int8_t *input2,
               int8_t *output) {
    /* A copy that no store through output can change, so that it stays in registers. */
    const cg_product_params local = *params;

    CG_BROADCAST(shape, int8_t, input1, int8_t, input2, output, cg_quotient(&local, a, b));
}
