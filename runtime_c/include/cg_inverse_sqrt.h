/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_INVERSE_SQRT_H
#define CG_INVERSE_SQRT_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_fixed_point.h"
#include "cg_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A factor as cg_requantize takes it: multiplier * 2^(shift - 31). */
typedef struct {
    int32_t multiplier;
    int32_t shift;
} cg_factor;

/* x * x * x in Q3.28. */
CG_INLINE int32_t cg_cube_q3(int32_t x) {
    const int32_t square = cg_saturating_rounding_doubling_high_mul(x, x);
    return cg_saturating_shift_left(cg_saturating_rounding_doubling_high_mul(square, x), 6);
}

/* 1 / square root of value, at least 0; 0 counts as 1. GetInvSqrtQuantizedMultiplierExp of TFLite Micro: the value as
 * significand and power of 4, then five steps of Newton and Raphson on the significand, in Q3.28. */
CG_INLINE cg_factor cg_inverse_sqrt(int32_t value) {
    const int32_t half_three = ((int32_t)1 << 28) + ((int32_t)1 << 27);
    const int32_t half_sqrt_2 = 1518500250; /* Q0.31 */
    cg_factor factor;
    factor.multiplier = INT32_MAX;
    factor.shift = 0;
    if (value <= 1) {
        return factor;
    }

    int32_t right_shift = 11;
    while (value >= ((int32_t)1 << 29)) {
        value /= 4;
        ++right_shift;
    }
    const int32_t pairs = (cg_count_leading_zeros((uint32_t)value) - 1) / 2 - 1;
    right_shift -= pairs;
    value = cg_wrapping_shift_left(value, 2 * pairs) >> 1;
    const int32_t half = cg_rounding_divide_by_power_of_two(value, 1);

    int32_t x = (int32_t)1 << 28;
    for (int step = 0; step < 5; ++step) {
        const int32_t slope = cg_saturating_rounding_doubling_high_mul(half_three, x);
        const int32_t bend = cg_saturating_rounding_doubling_high_mul(half, cg_cube_q3(x));
        x = cg_saturating_shift_left(slope - bend, 3);
    }
    x = cg_saturating_rounding_doubling_high_mul(x, half_sqrt_2);
    factor.multiplier = (right_shift < 0) ? cg_wrapping_shift_left(x, -right_shift) : x;
    factor.shift = (right_shift < 0) ? 0 : -right_shift;
    return factor;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_INVERSE_SQRT_H */
