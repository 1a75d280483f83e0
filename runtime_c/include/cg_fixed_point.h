/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FIXED_POINT_H
#define CG_FIXED_POINT_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Fixed-point functions with the results of gemmlowp's, bit by bit, as TFLite's integer kernels use them. Qm.n stands
 * for a signed 32-bit number with m bits before and n bits after the binary point.
 */

/* Zero bits above the highest one; 32 for 0. */
CG_INLINE int32_t cg_count_leading_zeros(uint32_t value) {
    int32_t zeros = 32;
    while (value != 0) {
        value >>= 1;
        --zeros;
    }
    return zeros;
}

/* value * 2^exponent for exponent in [1, 30], or the nearest number that fits. */
CG_INLINE int32_t cg_saturating_shift_left(int32_t value, int32_t exponent) {
    const int32_t limit = (int32_t)((uint32_t)1 << (uint32_t)(31 - exponent));
    if (value >= limit) {
        return INT32_MAX;
    }
    if (value < -limit) {
        return INT32_MIN;
    }
    return cg_wrapping_shift_left(value, exponent);
}

/* exp(a) for a in [-1/4, 0), both Q0.31: Taylor polynomial of degree 4 around -1/8. */
CG_INLINE int32_t cg_exp_on_minus_quarter_to_zero(int32_t a) {
    const int32_t exp_of_minus_eighth = 1895147668;
    const int32_t third = 715827883;
    const int32_t x = a + ((int32_t)1 << 28);
    const int32_t x2 = cg_saturating_rounding_doubling_high_mul(x, x);
    const int32_t x3 = cg_saturating_rounding_doubling_high_mul(x2, x);
    const int32_t x4 = cg_saturating_rounding_doubling_high_mul(x2, x2);
    const int32_t x4_over_4 = cg_rounding_divide_by_power_of_two(x4, 2);
    /* x^4/24 + x^3/6 + x^2/2 */
    const int32_t tail =
        cg_rounding_divide_by_power_of_two(cg_saturating_rounding_doubling_high_mul(x4_over_4 + x3, third) + x2, 1);
    return exp_of_minus_eighth + cg_saturating_rounding_doubling_high_mul(exp_of_minus_eighth, x + tail);
}

/* One factor of the exponential: exp(-2^k) if the bit of 2^k is set in the remainder. */
CG_INLINE int32_t cg_exp_factor(int32_t result, int32_t remainder, int32_t bit, int32_t factor) {
    const int32_t mask = (int32_t)((uint32_t)1 << (uint32_t)bit);
    return (remainder & mask) ? cg_saturating_rounding_doubling_high_mul(result, factor) : result;
}

/* exp(a) as Q0.31 for a <= 0 in Q5.26: the fraction of 1/4 by the polynomial, the bits above it by one factor each,
 * exp(-1/4) to exp(-16). */
CG_INLINE int32_t cg_exp_on_negative_values_q5_26(int32_t a) {
    const int32_t quarter = (int32_t)1 << 24;
    const int32_t fraction = (a & (quarter - 1)) - quarter; /* in [-1/4, 0) */
    const int32_t remainder = (int32_t)((uint32_t)fraction - (uint32_t)a);
    int32_t result = cg_exp_on_minus_quarter_to_zero(cg_saturating_shift_left(fraction, 5));

    result = cg_exp_factor(result, remainder, 24, 1672461947);
    result = cg_exp_factor(result, remainder, 25, 1302514674);
    result = cg_exp_factor(result, remainder, 26, 790015084);
    result = cg_exp_factor(result, remainder, 27, 290630308);
    result = cg_exp_factor(result, remainder, 28, 39332535);
    result = cg_exp_factor(result, remainder, 29, 720401);
    result = cg_exp_factor(result, remainder, 30, 242);

    return (a == 0) ? INT32_MAX : result;
}

/* 1 / (1 + x) for x in [0, 1), both Q0.31: three steps of Newton and Raphson on half the denominator, in Q2.29. */
CG_INLINE int32_t cg_one_over_one_plus_x_for_x_in_0_1(int32_t x) {
    const int32_t forty_eight_over_17 = 1515870810;
    const int32_t minus_thirty_two_over_17 = -1010580540;
    const int32_t one = (int32_t)1 << 29;
    /* (x + 1) / 2, halves away from zero; the sum is never negative. */
    const int32_t half_denominator = (int32_t)(((int64_t)x + INT32_MAX + 1) / 2);
    int32_t quotient =
        forty_eight_over_17 + cg_saturating_rounding_doubling_high_mul(half_denominator, minus_thirty_two_over_17);
    for (int step = 0; step < 3; ++step) {
        const int32_t error = one - cg_saturating_rounding_doubling_high_mul(half_denominator, quotient);
        quotient += cg_saturating_shift_left(cg_saturating_rounding_doubling_high_mul(quotient, error), 2);
    }
    /* 1 / half_denominator in Q2.29 is the result in Q1.30. */
    return cg_saturating_shift_left(quotient, 1);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_FIXED_POINT_H */
