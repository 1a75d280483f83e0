/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_LANES_S8_H
#define CG_DEPTHWISE_LANES_S8_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Channels that are taken apart at a time: the bytes of a word. */
#define CG_LANES 4

/*
 * How a line of columns of four channels is taken apart into words of two columns, 2n and 2n + 1, the words of each
 * channel ("lane") apart from those of the others, those of a lane 12 bytes apart: three lines lie side by side.
 * Columns outside of the line have the zero point.
 */
typedef struct {
    int32_t step;     /* bytes from a column to the next one */
    int32_t before;   /* words before the line, */
    int32_t left;     /* 0 or 1 of which the second column is in it, */
    int32_t inner;    /* in it, */
    int32_t right;    /* 0 or 1 of which the first column is in it, */
    int32_t after;    /* after it, */
    int32_t groups;   /* in all */
    uint32_t outside; /* four bytes of the zero point */
    int32_t lane_bytes;
    int32_t lanes; /* less than 4 where there are fewer channels; then those of others are not read */
} cg_depthwise_lanes;

/* Takes a line apart; `source` is the first column in it, NULL where all are outside. */
void cg_depthwise_lanes_s8(const int8_t *source, uint32_t *words, const cg_depthwise_lanes *lanes);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_LANES_S8_H */
