/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_TAPS_S16_H
#define CG_DEPTHWISE_TAPS_S16_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of code of two taps. */
#define CG_TAPS_S16_CODE 32

/*
 * An output pixel of int16: pairs of channels times the taps of their window with weights of int8, in sums of 32 bits.
 * `taps` are an even number of pixels, each 4-byte aligned. `stream` has for each pair of channels (words)
 *   the biases of both, like the weights times a power of two (codegen/operators/_dsp/int16.py);
 *   for each two taps their weights as halves of a word, the first one in the lower half: of one channel, of the other;
 *   multiplier, offset and shift of either channel, as in cg_pairs_tile_s16.h.
 */
typedef struct {
    const int32_t *stream;
    const int32_t *stream_end;
    const int16_t *const *taps;
    const int16_t *const *end;
    int16_t *output;
    int32_t entry; /* bytes of code of the first turn through the unrolled loop of 16 taps */
    int32_t positive;
} cg_taps_s16;

void cg_depthwise_taps_s16(const cg_taps_s16 *pixel);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_TAPS_S16_H */
