/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LOG_H
#define CG_LOG_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_fixed_point.h"
#include "cg_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/* value * 2^exponent, or the nearest number that fits; exponent in [0, 30]. */
CG_INLINE int32_t cg_saturating_shift(int32_t value, int32_t exponent) {
    return (exponent == 0) ? value : cg_saturating_shift_left(value, exponent);
}

/* log(r) / 64 in Q0.31 for r in [sqrt(1/2), 1] with Q0.31, relative to the fourth root of 1/2: the quotient of two
 * polynomials. */
CG_INLINE int32_t cg_log_quotient(int32_t r) {
    const int32_t sqrt_sqrt_half = 1805811301;
    const int32_t alpha_n = 117049297;
    const int32_t alpha_d = 127690142;
    const int32_t alpha_i = 1057819769;
    const int32_t alpha_f = 638450708;
    const int32_t p = (int32_t)(((int64_t)r + sqrt_sqrt_half + 1) / 2);
    const int32_t q = cg_wrapping_shift_left(r - sqrt_sqrt_half, 1);
    const int32_t q2 = cg_saturating_rounding_doubling_high_mul(q, q);
    const int32_t q3 = cg_saturating_rounding_doubling_high_mul(q, q2);
    const int32_t numerator = cg_wrapping_add(cg_saturating_rounding_doubling_high_mul(q, r),
                                              cg_saturating_rounding_doubling_high_mul(q3, alpha_n));
    const int32_t inner =
        cg_wrapping_add(cg_wrapping_add(alpha_i, q), cg_saturating_rounding_doubling_high_mul(alpha_d, q2));
    const int32_t denominator_minus_1 = cg_wrapping_add(cg_saturating_rounding_doubling_high_mul(p, inner),
                                                        cg_saturating_rounding_doubling_high_mul(alpha_f, q));
    return cg_saturating_rounding_doubling_high_mul(cg_rounding_divide_by_power_of_two(numerator, 6),
                                                    cg_one_over_one_plus_x_for_x_in_0_1(denominator_minus_1));
}

/* The natural logarithm as Q5.26 of a value >= 1 in Q12.19. log_x_for_x_greater_than_or_equal_to_1 of TFLite Micro: the
 * value is a power of two times r, taken so that r is near the fourth root of 1/2. */
CG_INLINE int32_t cg_log_q12_19(int32_t value) {
    const int32_t log_2 = 1488522236;         /* Q0.31 */
    const int32_t sqrt_half = 1518500250;     /* Q0.31 */
    const int32_t quarter = (int32_t)1 << 23; /* Q6.25 */

    const int32_t zeros_a = cg_count_leading_zeros((uint32_t)value);
    const int32_t a = cg_saturating_shift(value, zeros_a - 1);
    const int32_t r_a = cg_saturating_shift(cg_saturating_rounding_doubling_high_mul(a, sqrt_half), 1);
    const int32_t exponent_a = (12 - zeros_a) * ((int32_t)1 << 25) + quarter;

    const int32_t b = cg_saturating_rounding_doubling_high_mul(value, sqrt_half);
    const int32_t zeros_b = cg_count_leading_zeros((uint32_t)b) - 1;
    const int32_t r_b = cg_saturating_shift(value, zeros_b);
    const int32_t exponent_b = (12 - zeros_b) * ((int32_t)1 << 25) - quarter;

    const int32_t exponent = cg_max_s32(exponent_a, exponent_b);
    const int32_t sum = cg_wrapping_add(cg_saturating_rounding_doubling_high_mul(exponent, log_2),
                                        cg_log_quotient(cg_min_s32(r_a, r_b)));
    return cg_saturating_shift(sum, 1);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_LOG_H */
