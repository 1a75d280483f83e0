/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FULLY_CONNECTED_UNITS_S16_H
#define CG_FULLY_CONNECTED_UNITS_S16_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Units of a block, and bytes of code of four values of a row. */
#define CG_UNITS_S16 4
#define CG_UNITS_S16_QUAD_CODE 72

/*
 * Blocks of four units of a row of int16, whose length is a multiple of 4, with weights of int8 in sums of 32 bits.
 * `stream` has for each block (4 * quads + 16 words)
 *   the biases of the units;
 *   for each four values of the row a word of each unit: weights 0, 2, 1, 3 as bytes;
 *   multiplier, offset and shift of each unit, as in cg_pairs_tile_s16.h.
 */
typedef struct {
    const int32_t *stream;
    const int32_t *stream_end;
    const int16_t *values; /* 4-byte aligned */
    const int16_t *end;
    int16_t *output;
    int32_t entry; /* bytes of code of the first turn through the unrolled loop of 4 quads */
    int32_t positive;
} cg_units_s16;

void cg_fully_connected_units_s16(const cg_units_s16 *units);

#ifdef __cplusplus
}
#endif

#endif /* CG_FULLY_CONNECTED_UNITS_S16_H */
