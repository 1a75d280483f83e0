/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_WINOGRAD_BLOCK_S8_H
#define CG_WINOGRAD_BLOCK_S8_H

#include <stdint.h>

#include "cg_winograd_input_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Quads of channels that the unrolled loop takes, and bytes of code of one. */
#define CG_WINOGRAD_TURN 15
#define CG_WINOGRAD_QUAD_CODE 64

/*
 * Where the 2 x 2 outputs of a tile go: the even channel of a pair, the odd one behind it. `upper` and `lower` are the
 * first of either row, `step` leads to the second. They are written lower row first, and the second of a row first: a
 * `step` of 0 or a `lower` that is `upper` drops outputs.
 */
typedef struct {
    int8_t *upper;
    int8_t *lower;
    int32_t step;
} cg_winograd_place;

/*
 * A block of CG_WINOGRAD_TILES tiles times pairs of output channels, tile 2 first. A tile whose place is that of tile
 * 0 is dropped. `stream` has for each pair (64 * quads + 8 words)
 *   U = (2G) g (2G)^T of its filters g, int16: for each of 16 positions and each quad two words of the even channel,
 *       then of the odd one;
 *   multiplier, offset and shift of either channel;
 *   four times the bias of either, the input's zero point folded in.
 * For a position, sums of U * V over the channels are M, and A^T M A are four times the sums x of the convolution:
 *
 *        2  0  0           1  1  1  0
 *   2G = 1  1  1     A^T = 0  1 -1 -1
 *        1 -1  1
 *        0  0  2
 *
 * All is exact mod 2^32, and |x| < 2^29. An output is h >> shift, saturated to int8, where
 * h = (4 * x * multiplier) / 2^32 + offset, rounded down, and with `linear` less 2 where x is negative.
 *
 * `values` are `quads` times CG_WINOGRAD_QUAD words, and CG_WINOGRAD_QUAD more behind them, which are scratch. There
 * are at least two quads. The places move on to the channels behind the last one.
 */
typedef struct {
    const int32_t *stream;
    const int32_t *stream_end;
    uint32_t *values;
    int32_t back;  /* bytes from the end of a position's values to those of the next one: 384 * quads - 24 */
    int32_t entry; /* bytes of code of the quads of the first turn, the first quad apart: ... */
    int32_t more;  /* ... whether others follow */
    int32_t linear;
    cg_winograd_place places[CG_WINOGRAD_TILES];
} cg_winograd_block;

void cg_winograd_block_s8(cg_winograd_block *block);

#ifdef __cplusplus
}
#endif

#endif /* CG_WINOGRAD_BLOCK_S8_H */
