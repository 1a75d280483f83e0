/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_WEIGHTED_S16_H
#define CG_WEIGHTED_S16_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_requantize.h"
#include "cg_requantize_s64.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Sums of int16 elements times int8 weights. With a bias of 32 bits the sum has 32 bits too, and wraps where the
 * reference overflows (it is kept without a sign, which C lets wrap); with one of 64 bits it has 64.
 */
CG_INLINE int32_t cg_term_s16(int16_t element, int32_t offset, int8_t weight) {
    return ((int32_t)element + offset) * (int32_t)weight;
}

CG_INLINE int16_t cg_finish_s16(int32_t scaled, int32_t output_offset, int32_t low, int32_t high) {
    return (int16_t)cg_clamp_s32(cg_wrapping_add(scaled, output_offset), low, high);
}

/* A sum of 32 bits, bias included, times its factor. */
CG_INLINE int32_t cg_scale_sum_b32(uint32_t sum, int32_t multiplier, int32_t shift) {
    return cg_requantize((int32_t)sum, multiplier, shift);
}

/* A sum of 64 bits, bias included, times its factor; shift in [-31, 7]. */
CG_INLINE int32_t cg_scale_sum_b64(int64_t sum, int32_t multiplier, int32_t shift) {
    return cg_requantize_s64(sum, multiplier, shift);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_WEIGHTED_S16_H */
