/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_PAIRS_TILE_S16_H
#define CG_PAIRS_TILE_S16_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Pixels of a tile, words of four values of all its pixels, and bytes of code of a quad. */
#define CG_PAIRS_S16_PIXELS 3
#define CG_PAIRS_S16_QUAD (2 * CG_PAIRS_S16_PIXELS)
#define CG_PAIRS_S16_QUAD_CODE 80

/*
 * Three pixels of int16 times pairs of output channels with weights of int8, in sums of 32 bits. A tile's values are
 * in quads: two words of pixel 0, of pixel 1, of pixel 2, then the next four values of each. `stream` has for each pair
 * of channels (2 * quads + 8 words)
 *   the weights of the first quad: a word of the even channel and one of the odd one, each weights 0, 2, 1, 3 as bytes;
 *   the biases of both;
 *   the weights of the other quads;
 *   multiplier, offset and shift of the even channel and of the odd one.
 * An output is h >> shift saturated to int16, with `positive` to [0, 32767], where h = (sum * multiplier) / 2^32 +
 * offset, rounded down: codegen/operators/_dsp/int16.py says where that is the reference's rounding.
 *
 * The even channel of pixel p goes to output[p], the odd one behind it, and so on: output[1] is `step1` bytes behind
 * output[0], output[2] `step2`. Pixel 2 is written before pixel 1, and that before pixel 0: a step of 0 drops one.
 */
typedef struct {
    const int32_t *stream;
    int16_t *output;
    int32_t step1;
    int32_t step2;
    const uint32_t *end; /* of the tile's values */
    const uint32_t *values;
    const int32_t *stream_end;
    int32_t
        entry; /* bytes of code that a first turn through the unrolled loop of 8 quads skips, the first quad apart */
    int32_t positive;
} cg_pairs_s16;

void cg_pairs_tile_s16(const cg_pairs_s16 *tile);

/* `quads` times four values, 4-byte aligned, into the place of a pixel; where the values behind them go. */
uint32_t *cg_pairs_copy_s16(const int16_t *source, int32_t quads, uint32_t *values);

#ifdef __cplusplus
}
#endif

#endif /* CG_PAIRS_TILE_S16_H */
