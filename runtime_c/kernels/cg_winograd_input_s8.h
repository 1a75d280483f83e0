/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_WINOGRAD_INPUT_S8_H
#define CG_WINOGRAD_INPUT_S8_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Tiles that are multiplied together, positions of a transformed tile, and words of four channels of all of them. */
#define CG_WINOGRAD_TILES 3
#define CG_WINOGRAD_POSITIONS 16
#define CG_WINOGRAD_QUAD (2 * CG_WINOGRAD_TILES * CG_WINOGRAD_POSITIONS)
/* Words of four channels of two columns. */
#define CG_WINOGRAD_COLUMNS 16

/*
 * The input of F(2x2, 3x3): a tile of 4 x 4 pixels d becomes V = B^T d B, 16 values of int16 for each channel, exact:
 *
 *         1  0 -1  0
 *   B^T = 0  1  1  0      |V| <= 4 * 128
 *         0 -1  1  0
 *         0  1  0 -1
 *
 * First B^T is applied to the columns, two at a time, which neighbouring tiles share; then B to their rows. Channels
 * are taken by four, a multiple of 4 in all: two words of int16, of channels 0 and 2, then 1 and 3 (cg_widen_quad).
 */

/* B^T times two columns of four rows, `pitch` bytes apart; `columns` gets [channels / 4][2 columns][4][2 words]. */
void cg_winograd_columns_s8(const int8_t *source, int32_t pitch, int32_t channels, uint32_t *columns);

/* A tile from its `left` and `right` columns: [4 rows][4 columns][2 words], where words of a tile are
 * CG_WINOGRAD_TILES * 2 words apart, quads of channels CG_WINOGRAD_QUAD. */
void cg_winograd_tile_s8(const uint32_t *left, const uint32_t *right, int32_t quads, uint32_t *values);

#ifdef __cplusplus
}
#endif

#endif /* CG_WINOGRAD_INPUT_S8_H */
