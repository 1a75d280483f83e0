/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REQUANTIZE_H
#define CG_REQUANTIZE_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The arithmetic that takes an accumulator back to 8 bits, after TFLite's 8-bit quantization specification and
 * MultiplyByQuantizedMultiplier of TFLite Micro with double rounding (TFLITE_SINGLE_ROUNDING is 0, its default).
 *
 * Overflow wraps, done on unsigned values: where the reference overflows a signed integer, this is what it does in
 * practice. Models within the specification never get there.
 */

/* Right shift of a negative number is left to the compiler by C; each compiler that this code is meant for keeps the
 * sign. One that does not stops here. */
typedef char cg_right_shift_keeps_the_sign[((-1) >> 1) == -1 ? 1 : -1];

CG_INLINE int32_t cg_min_s32(int32_t a, int32_t b) {
    return a < b ? a : b;
}

CG_INLINE int32_t cg_max_s32(int32_t a, int32_t b) {
    return a > b ? a : b;
}

/* The upper bound wins if the bounds cross. */
CG_INLINE int32_t cg_clamp_s32(int32_t value, int32_t low, int32_t high) {
    return cg_min_s32(cg_max_s32(value, low), high);
}

CG_INLINE int32_t cg_wrapping_add(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

/* value * 2^shift for shift in [0, 31]. */
CG_INLINE int32_t cg_wrapping_shift_left(int32_t value, int32_t shift) {
    return (int32_t)((uint32_t)value << (uint32_t)shift);
}

/* The upper 32 bits of 2 * a * b, rounded to nearest, halves upwards. Only -2^31 * -2^31 is out of range: it gives
 * 2^31 - 1. */
CG_INLINE int32_t cg_saturating_rounding_doubling_high_mul(int32_t a, int32_t b) {
    if (a == b && a == INT32_MIN) {
        return INT32_MAX;
    }
    return (int32_t)(((int64_t)a * (int64_t)b + ((int64_t)1 << 30)) >> 31);
}

/* value / 2^exponent, rounded to nearest, halves away from zero, for exponent in [0, 31]. A larger exponent gives 0,
 * as QuantizeMultiplier turns such scales into a multiplier of 0. */
CG_INLINE int32_t cg_rounding_divide_by_power_of_two(int32_t value, int32_t exponent) {
    if (exponent > 31) {
        return 0;
    }
    const int32_t mask = (int32_t)(((uint32_t)1 << (uint32_t)exponent) - 1u);
    const int32_t remainder = value & mask;
    const int32_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
    return (value >> exponent) + (remainder > threshold ? 1 : 0);
}

/*
 * value * multiplier / 2^31 * 2^shift with the two roundings above; multiplier >= 0, shift in [-31, 30] as
 * QuantizeMultiplier gives them. A positive shift is applied first and wraps, a negative one comes last.
 */
CG_INLINE int32_t cg_requantize(int32_t value, int32_t multiplier, int32_t shift) {
    if (shift > 0) {
        return cg_saturating_rounding_doubling_high_mul(cg_wrapping_shift_left(value, cg_min_s32(shift, 31)),
                                                        multiplier);
    }
    return cg_rounding_divide_by_power_of_two(cg_saturating_rounding_doubling_high_mul(value, multiplier), -shift);
}

/* An accumulator as an int8 output: requantized, moved by the output zero point, clamped to the activation range. */
CG_INLINE int8_t cg_requantize_s8(int32_t value, int32_t multiplier, int32_t shift, int32_t output_offset,
                                  int32_t activation_min, int32_t activation_max) {
    const int32_t output = cg_wrapping_add(cg_requantize(value, multiplier, shift), output_offset);
    return (int8_t)cg_clamp_s32(output, activation_min, activation_max);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_REQUANTIZE_H */
