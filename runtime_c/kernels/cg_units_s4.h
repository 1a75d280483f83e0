/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_UNITS_S4_H
#define CG_UNITS_S4_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Units of a block. */
#define CG_UNITS_S4 4

/*
 * Blocks of four units with weights of 4 bits, times the int8 values of a pixel widened to int16: in eights of four
 * words, each two words of cg_widen_quad. `stream` has for each block (4 * eights + 16 words)
 *   16 times the biases of the units, the input's zero point folded in;
 *   for each eight a word of each unit: byte i has weight i in its lower half, weight 4 + i in the upper one;
 *   multiplier, offset and shift of each unit.
 * Weights are taken 16 times as large: in the upper half of a byte they need no sign extension. A sum x, |x| < 2^27,
 * becomes h >> shift saturated to int8, where h = (16 * x * multiplier) / 2^32 + offset, rounded down, less
 * `correction` (8 or 0) where x is negative: codegen/operators/_dsp/requantize.py has the proof.
 */
typedef struct {
    const int32_t *stream;
    const int32_t *stream_end;
    const uint32_t *values;
    const uint32_t *end;
    int8_t *output;
    int32_t correction;
} cg_units_of_4_bits;

void cg_units_s4(const cg_units_of_4_bits *units);

#ifdef __cplusplus
}
#endif

#endif /* CG_UNITS_S4_H */
