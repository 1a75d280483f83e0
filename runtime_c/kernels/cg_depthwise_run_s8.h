/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_RUN_S8_H
#define CG_DEPTHWISE_RUN_S8_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A line of depthwise outputs of one channel, whatever its window, from input lines in slots: words of two neighbouring
 * int16. Outputs are computed four at a time, so that columns for a multiple of four are read; `count` are written.
 */
typedef struct {
    const uint32_t *plane;  /* slot 0 */
    const int32_t *weights; /* for each line words of four bytes w0, w2, w1, w3, filled up with zeros */
    int32_t bias;           /* times 2^8, with the input's zero point folded in */
    int32_t lines;          /* of the window */
    int32_t at;             /* bytes from slot 0 to that of the window's first line */
    int32_t slot_bytes;
    int32_t wrap;   /* lines * slot_bytes */
    int32_t quads;  /* words of weights of a line */
    int32_t stride; /* bytes from an output's first column to the next one's: 2 * stride */
    int32_t count;
    int8_t *output;       /* afterwards anywhere */
    int32_t step;         /* bytes from an output to the next one */
    const int32_t *steps; /* multiplier, offset, shift of cg_short_requantize_by, with the correction */
} cg_depthwise_run;

void cg_depthwise_run_s8(cg_depthwise_run *run);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_RUN_S8_H */
