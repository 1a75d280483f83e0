/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_WIDE_TILE_S8_H
#define CG_WIDE_TILE_S8_H

#include <stdint.h>

#include "cg_pairs_window_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of code of a quad. */
#define CG_WIDE_QUAD_CODE 64

/*
 * A tile by weights of int16. `stream` has for each pair of channels (4 * quads + 8 words)
 *   the weights of the first quad times 2^8: two words of two halves of the even channel, then of the odd one;
 *   the biases of both times 2^8;
 *   the weights of the other quads;
 *   multiplier, offset and shift of the even channel and of the odd one (cg_short_requantize).
 * The bias has the input's zero point folded in. A sum is less than 2^31.
 */
void cg_wide_tile_s8(const cg_pairs_tile *tile);

#ifdef __cplusplus
}
#endif

#endif /* CG_WIDE_TILE_S8_H */
