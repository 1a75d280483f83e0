/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_PAIRS_TILE_S8_H
#define CG_PAIRS_TILE_S8_H

#include <stdint.h>

#include "cg_pairs_window_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of code of a quad. */
#define CG_PAIRS_QUAD_CODE 72

/*
 * A tile by weights of two channels in an int16. `stream` has for each pair of channels (2 * quads + 8 words)
 *   the weights of the first quad, two words of two halves: 256 * odd channel + even channel;
 *   the even channel's bias, and 256 * the odd channel's bias + the even one's;
 *   the weights of the other quads;
 *   multiplier, offset and shift of the even channel and of the odd one.
 * The bias has the input's zero point folded in. A sum x, |x| < 2^23, becomes an output by cg_short_requantize of
 * x * 2^8, with these and `linear`.
 */
void cg_pairs_tile_s8(const cg_pairs_tile *tile);

#ifdef __cplusplus
}
#endif

#endif /* CG_PAIRS_TILE_S8_H */
