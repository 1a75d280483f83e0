/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REQUANTIZE_MVE_H
#define CG_REQUANTIZE_MVE_H

#include <stdint.h>

#include "cg_requantize.h"

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * cg_requantize of four values by a shift to the right. VQRDMULH is cg_saturating_rounding_doubling_high_mul; VRSHL by
 * a negative shift is cg_rounding_divide_by_power_of_two but that halves below zero go up: 1 is taken from what is
 * below zero before a shift below 0, which moves these halves and nothing else.
 */
CG_INLINE int32x4_t cg_requantize_right(int32x4_t values, int32_t multiplier, int32_t shift) {
    const int32x4_t high = vqrdmulhq_n_s32(values, multiplier);
    const int32x4_t care = vandq_s32(vshrq_n_s32(high, 31), vdupq_n_s32(shift >> 31));
    return vrshlq_n_s32(vaddq_s32(high, care), shift);
}

/* A run of bytes; `repeated` is where eight of its only element lie, where it has no step. */
CG_INLINE const int8_t *cg_run_of_eights(const int8_t *run, int32_t step, int8_t *repeated) {
    if (step != 0) {
        return run;
    }
    vstrbq_s16(repeated, vdupq_n_s16(*run));
    return repeated;
}

#ifdef __cplusplus
}
#endif

#endif

#endif /* CG_REQUANTIZE_MVE_H */
