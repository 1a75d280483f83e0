/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGMOID_H
#define CG_SIGMOID_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The logistic function of 16-bit numbers by linear interpolation in a table of 256 values, of i / 24 as Q0.16. The
 * hyperbolic tangent is 2 * logistic(2 * x) - 1, read at twice the argument.
 */

/* input * multiplier / 2^shift, halves upwards: the argument in units of the table's step / 2^fraction_bits.
 * |input * multiplier| + 2^shift < 2^31. */
CG_INLINE int32_t cg_sigmoid_argument(int32_t input, int32_t multiplier, int32_t shift) {
    const int32_t half = (shift > 0) ? ((int32_t)1 << (shift - 1)) : 0;
    return (input * multiplier + half) >> shift;
}

/* The value at |argument| as Q0.(16 + fraction_bits); beyond the table `greatest`. */
CG_INLINE int32_t cg_sigmoid_at(const uint16_t *table, int32_t argument, int32_t fraction_bits, int32_t greatest) {
    const int32_t magnitude = (argument < 0) ? -argument : argument;
    const int32_t step = magnitude >> fraction_bits;
    if (step >= 255) {
        return greatest;
    }
    const int32_t fraction = magnitude & (((int32_t)1 << fraction_bits) - 1);
    const int32_t here = table[step];
    const int32_t next = table[step + 1];
    return here * ((int32_t)1 << fraction_bits) + fraction * (next - here);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGMOID_H */
