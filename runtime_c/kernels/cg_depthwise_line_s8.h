/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_LINE_S8_H
#define CG_DEPTHWISE_LINE_S8_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A line of depthwise outputs of up to four neighbouring channels ("lanes"), from input lines that were taken apart:
 * per lane, words of two neighbouring int16 along the line.
 */
typedef struct {
    const int32_t *table;  /* of the first lane: 7 words a channel */
    const uint32_t *plane; /* of the first lane */
    int8_t *output;        /* of the first lane; the next lane's is the next byte */
    int32_t plane_bytes;   /* from a lane to the next one */
    int32_t lanes;         /* 1 to 4 */
    int32_t rows[3];       /* 4, 8 or 12: which row of weights belongs to the input line in slot 0, 1, 2 */
    int32_t step;          /* bytes from an output to the next one of the line */
    int32_t step3;         /* 3 * step */
    int32_t chunks;        /* bytes of plane that whole groups of four outputs step over */
    int32_t tail;          /* outputs after these */
    int32_t linear;
} cg_depthwise_line;

/*
 * 3 x 3 windows with a stride of 1 or 2 along the line.
 *
 *   plane  for every second column a word of each of three input lines: columns 2n and 2n + 1. Those that the line's
 *          outputs need, counted to an even number of outputs
 *   table  per channel: bias * 2^8; for each line of weights the bytes w0, w1, w1, w2; multiplier, offset, shift of
 *          cg_pairs_tile_s8.h. The bias has the input's zero point folded in
 *
 * Every output is written once, but where `tail` is odd the last one twice.
 */
void cg_depthwise_line_1_s8(const cg_depthwise_line *line);
void cg_depthwise_line_2_s8(const cg_depthwise_line *line);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_LINE_S8_H */
