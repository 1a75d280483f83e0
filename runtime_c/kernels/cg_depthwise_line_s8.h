/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_LINE_S8_H
#define CG_DEPTHWISE_LINE_S8_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A channel ("lane") of a line: all that its outputs need. */
typedef struct {
    uint32_t bias;             /* times 2^8, with the input's zero point folded in */
    uint32_t weights[10];      /* of the window's lines 0, 1, 2, 0, 1: w0, w1 and, in the next word, w1, w2 times 2^8 */
    const uint32_t *plane;     /* words of two columns, 2n and 2n + 1, of the input lines in slots 0, 1 and 2 */
    const uint32_t *pairs_end; /* of the words that pairs of outputs step over */
    int32_t multiplier;        /* of cg_short_requantize_by */
    int32_t offset;
    int32_t shift;
    const uint32_t *fours_end; /* where those of groups of four end */
} cg_depthwise_lane;

/*
 * A line of depthwise outputs of neighbouring channels, 3 x 3 windows with a stride of 1 or 2 along the line, from
 * input lines that were taken apart: those columns that the outputs need.
 */
typedef struct {
    const cg_depthwise_lane *lane;
    const cg_depthwise_lane *lane_end;
    int8_t *output;  /* of the first lane; the next lane's is the next byte */
    int32_t weights; /* bytes in a lane from its start to the weights of the input line in slot 0: 4, 12 or 20 */
    int32_t is_odd;  /* whether an output follows the pairs */
    int32_t fours;   /* whether there are groups of four, and they need no correction of negative sums */
    int32_t step;    /* bytes from an output to the next one of the line */
    int32_t step3;   /* 3 * step */
} cg_depthwise_line;

void cg_depthwise_line_1_s8(const cg_depthwise_line *line);
void cg_depthwise_line_2_s8(const cg_depthwise_line *line);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_LINE_S8_H */
