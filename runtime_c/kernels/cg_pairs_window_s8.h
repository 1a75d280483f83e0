/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_PAIRS_WINDOW_S8_H
#define CG_PAIRS_WINDOW_S8_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Pixels of a tile, and words of four values of all its pixels. */
#define CG_PAIRS_PIXELS 3
#define CG_PAIRS_QUAD (2 * CG_PAIRS_PIXELS)

/*
 * Three pixels times pairs of output channels. A tile's values are int16 widened from int8, in quads: two words of
 * pixel 0, of pixel 1, of pixel 2, then the next four values of each. The order of values within a pixel is that of
 * the weights. `stream` has the pairs one after the other.
 *
 * The even channel of pixel p goes to output[p], the odd one behind it, and so on: output[1] = output[0] + step1,
 * output[2] = output[0] + step2. Pixel 2 is written before pixel 1, and that before pixel 0: a step of 0 drops one.
 */
typedef struct {
    const int32_t *stream;
    int8_t *output;
    int32_t step1;
    int32_t step2;
    const uint32_t *end; /* of the tile's values */
    const uint32_t *values;
    const int32_t *stream_end;
    int32_t
        entry; /* bytes of code that a first turn through the unrolled loop of 8 quads skips, the first quad apart */
    int32_t linear;
} cg_pairs_tile;

typedef void cg_pairs_multiply_tile(const cg_pairs_tile *tile);

/* One quad of each of three pixels from rows of int8: `count` bytes of each, a multiple of 4, `pitch` bytes apart. */
void cg_pairs_widen_s8(const int8_t *source, int32_t pitch, int32_t count, uint32_t *values);

/*
 * The quads of the windows of `pixels` pixels, `step` bytes apart: of each of `count` rows, `quads` quads from source +
 * rows[i] on, to `values` and every CG_PAIRS_QUAD words further; the `left` bytes (0 to 3) after them go to `rest`, one
 * after the other, and `rest_quads` quads of these come last. The values of the next pixel begin two words further.
 */
typedef struct {
    const int32_t *rows;
    int32_t count;
    const int8_t *source;
    int32_t quads;
    uint32_t *values;
    int32_t pixels;
    int32_t step;
    int32_t left;
    int8_t *rest;
    int32_t rest_quads;
} cg_pairs_window;

void cg_pairs_window_s8(const cg_pairs_window *window);

#ifdef __cplusplus
}
#endif

#endif /* CG_PAIRS_WINDOW_S8_H */
