/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FULLY_CONNECTED_PAIRS_S16_H
#define CG_FULLY_CONNECTED_PAIRS_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FULLY_CONNECTED of int16 with weights of int8, four units at a time, for cores with the DSP extension.
 *
 * output[b][u] = sum of input[b][k] * weights[u][k] + bias, requantized and clamped.
 *
 *   stream   blocks of units as cg_fully_connected_units_s16.h says; those behind the last unit have zeros
 *   scratch  where depth is no multiple of 4: 8 * quads bytes, 4-byte aligned; else not read
 *   quads    depth / 4, rounded up
 *   positive  activation_min is 0: outputs are saturated to [0, 32767], else to int16; tighter bounds cost more
 *
 * Bounds: dimensions >= 1; zero points are 0; sums fit 32 bits for every input. `input` is 4-byte aligned.
 *
 * Aliasing: the output of row b may overlap input rows before b; where depth is no multiple of 4 also row b, else what
 * the last block of its units writes, for of each block the row is read before its units are written.
 *
 * Arithmetic: that of cg_fully_connected_s16_b64; codegen/operators/_dsp/int16.py proves the short requantization.
 */
typedef struct {
    int32_t batches;
    int32_t depth;
    int32_t units;
    int32_t quads;
    int32_t positive;
    int32_t activation_min;
    int32_t activation_max;
} cg_fully_connected_pairs_s16_params;

void cg_fully_connected_pairs_s16(const cg_fully_connected_pairs_s16_params *params, const int16_t *input,
                                  const int32_t *stream, void *scratch, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FULLY_CONNECTED_PAIRS_S16_H */
