/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_LANES_S8_H
#define CG_DEPTHWISE_LANES_S8_H

#include <stdint.h>
#include <string.h>

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

/* Two columns of four bytes as words, each lane's `lane_words` after the other. */
CG_INLINE void cg_depthwise_lanes_of(uint32_t first, uint32_t second, uint32_t *words, int32_t lane_words) {
#if CG_DSP
    uint32_t low;
    uint32_t high;
    uint32_t word;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(low) : "r"(first), "r"(second));
    __asm__("pkhtb %0, %2, %1, asr #16" : "=r"(high) : "r"(first), "r"(second));
    __asm__("sxtb16 %0, %1" : "=r"(word) : "r"(low));
    words[0] = word;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(word) : "r"(low));
    words[lane_words] = word;
    __asm__("sxtb16 %0, %1" : "=r"(word) : "r"(high));
    words[2 * lane_words] = word;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(word) : "r"(high));
    words[3 * lane_words] = word;
#else
    int8_t columns[2][CG_LANES];
    memcpy(columns[0], &first, CG_LANES);
    memcpy(columns[1], &second, CG_LANES);
    for (int32_t lane = 0; lane < CG_LANES; ++lane) {
        words[lane * lane_words] = cg_halves(columns[0][lane], columns[1][lane]);
    }
#endif
}

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_LANES_S8_H */
