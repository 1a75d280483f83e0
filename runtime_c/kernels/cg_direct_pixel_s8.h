/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DIRECT_PIXEL_S8_H
#define CG_DIRECT_PIXEL_S8_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Output channels of a block, and words of one besides those of its weights. */
#define CG_DIRECT_CHANNELS 4
#define CG_DIRECT_BLOCK_WORDS 16

/*
 * One pixel times blocks of four output channels. Its values are `quads` quads of int8 at each of the places `runs` to
 * `runs_end`, or, where `values` is not NULL, `quads` quads there that are widened to two words each.
 *
 * A place is an address where CG_DSP, else an offset to `base`, or less than 0 for `outside`.
 *
 * `stream` has for each block (4 * all quads + CG_DIRECT_BLOCK_WORDS words)
 *   of channels 0 and 1, then 2 and 3: the even one's bias, and 256 * the odd one's bias + the even one's;
 *   of each quad, for either two channels two words of two halves: 256 * odd weight + even weight;
 *   multiplier, offset and shift of each channel.
 * The bias has the input's zero point folded in. A sum x, |x| < 2^23, becomes an output by cg_short_requantize of
 * x * 2^8, with these and `linear`. The four outputs of a block are written after its values are read.
 */
typedef struct {
    const int32_t *stream;
    int8_t *output;
    const int32_t *runs;
    const int32_t *runs_end;
    int32_t quads;
    const uint32_t *values;
    const int32_t *stream_end;
    int32_t linear;
    const int8_t *base;
    const int8_t *outside;
} cg_direct_pixel;

void cg_direct_pixel_s8(const cg_direct_pixel *pixel);

#ifdef __cplusplus
}
#endif

#endif /* CG_DIRECT_PIXEL_S8_H */
