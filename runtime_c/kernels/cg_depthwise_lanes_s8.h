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
 * Takes four channels apart: from `source`, and `step` bytes further for each column, 2 * groups columns of four
 * bytes. The word of columns 2n and 2n + 1 of a lane goes to words[n * group_bytes / 4], lanes are lane_bytes apart.
 */
typedef struct {
    const int8_t *source;
    int32_t step;
    int32_t groups;
    uint32_t *words;
    int32_t group_bytes;
    int32_t lane_bytes;
} cg_depthwise_lanes;

void cg_depthwise_lanes_s8(const cg_depthwise_lanes *lanes);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_LANES_S8_H */
