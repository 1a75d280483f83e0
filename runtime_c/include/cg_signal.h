/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_H
#define CG_SIGNAL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the signal operators share. */

CG_INLINE int16_t cg_signal_saturate_s16(int32_t value) {
    return (int16_t)((value < -32768) ? -32768 : (value > 32767) ? 32767 : value);
}

/* The bits that x needs: 1 + the position of its highest one; 0 for 0. */
CG_INLINE uint32_t cg_signal_bits_u32(uint32_t x) {
    uint32_t bits = 0U;

    for (uint32_t half = 16U; half > 0U; half >>= 1) {
        if ((x >> half) != 0U) {
            x >>= half;
            bits += half;
        }
    }
    return bits + x;
}

/* history[0, held) becomes the last `held` samples of history followed by input[0, count). */
CG_INLINE void cg_signal_push(int16_t *history, int32_t held, const int16_t *input, int32_t count) {
    if (held > count) {
        memmove(history, history + count, (size_t)(held - count) * sizeof *history);
        memcpy(history + (held - count), input, (size_t)count * sizeof *history);
    } else if (held > 0) {
        memcpy(history, input + (count - held), (size_t)held * sizeof *history);
    }
}

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_H */
