/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REQUANTIZE_S64_H
#define CG_REQUANTIZE_S64_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * value * multiplier / 2^31 * 2^shift for sums of 64 bits: the multiplier is rounded to 15 bits, the product rounded
 * once, halves upwards. multiplier >= 0, shift in [-31, 7]. Overflow wraps; |value| < 2^47 never gets there.
 *
 * Arithmetic: MultiplyByQuantizedMultiplier of int64_t in TFLite Micro.
 */
CG_INLINE int32_t cg_requantize_s64(int64_t value, int32_t multiplier, int32_t shift) {
    const int32_t reduced = (multiplier < 0x7FFF0000) ? (multiplier + ((int32_t)1 << 15)) >> 16 : 0x7FFF;
    const int32_t total_shift = 15 - shift;
    const uint64_t half = (uint64_t)1 << (uint32_t)(total_shift - 1);
    const int64_t product = (int64_t)((uint64_t)value * (uint64_t)(int64_t)reduced + half);
    return (int32_t)(product >> total_shift);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_REQUANTIZE_S64_H */
