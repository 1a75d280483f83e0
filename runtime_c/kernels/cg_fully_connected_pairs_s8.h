/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FULLY_CONNECTED_PAIRS_S8_H
#define CG_FULLY_CONNECTED_PAIRS_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FULLY_CONNECTED of int8 with weights packed in pairs of units, for cores with the DSP extension: four units at a
 * time, eight products of each in a turn.
 *
 *   input    [batches][depth]; rows 4-byte aligned unless all turns are wide
 *   stream   for every four units, the last ones filled up with zeros: for the units 0, 1 and 2, 3 the even one's bias
 *            and 256 * the odd one's + the even one's; for every four products the words of units 0, 1 and of units
 *            2, 3, each two: halves are 256 * odd unit + even unit, products 0 and 2, then 1 and 3; multiplier, offset
 *            and shift of each unit (cg_short_requantize). The bias has the input's zero point folded in
 *   turns    depth / 8, rounded up
 *   wide_turns  the last turns, of which the values are widened once a row: 27 instructions in place of 33. 0 to
 *            turns; at least 1 where depth is no multiple of 8
 *   scratch  16 * wide_turns bytes, 4-byte aligned; NULL where that is 0
 *   activation_min, activation_max  bounds beyond the saturation; -128 and 127 cost nothing
 *
 * Bounds: those of cg_fully_connected_s8.
 *
 * Aliasing: the output must not overlap the input or anything else.
 *
 * Arithmetic: that of cg_fully_connected_s8; codegen/operators/_dsp/requantize.py proves the short requantization.
 */
typedef struct {
    int32_t batches;
    int32_t depth;
    int32_t units;
    int32_t turns;
    int32_t wide_turns;
    int32_t linear;
    int32_t activation_min;
    int32_t activation_max;
} cg_fully_connected_pairs_s8_params;

void cg_fully_connected_pairs_s8(const cg_fully_connected_pairs_s8_params *params, const int8_t *input,
                                 const int32_t *stream, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FULLY_CONNECTED_PAIRS_S8_H */
