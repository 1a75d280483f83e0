/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_EXTREMUM_S8_H
#define CG_EXTREMUM_S8_H

#include <stdint.h>
#include <string.h>

#include "cg_broadcast.h"
#include "cg_dsp.h"

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The greater (else the smaller) bytes of two runs, which a step of 0 repeats. `greatest` is a constant. */
CG_INLINE int8_t cg_extremum(int greatest, int8_t a, int8_t b) {
    return (greatest ? a > b : a < b) ? a : b;
}

#if defined(__ARM_FEATURE_MVE)

CG_INLINE int8x16_t cg_extremum_vector(int greatest, int8x16_t a, int8x16_t b) {
    return greatest ? vmaxq_s8(a, b) : vminq_s8(a, b);
}

CG_INLINE void cg_extremum_run(int greatest, const int8_t *run1, int32_t step1, const int8_t *run2, int32_t step2,
                               int32_t count, int8_t *output) {
    int8_t repeated[2][16];
    const mve_pred16_t rest = vctp8q((uint32_t)count % 16u);
    if (step1 == 0) {
        vstrbq_s8(repeated[0], vdupq_n_s8(*run1));
        run1 = repeated[0];
    }
    if (step2 == 0) {
        vstrbq_s8(repeated[1], vdupq_n_s8(*run2));
        run2 = repeated[1];
    }
    for (int32_t vectors = count / 16; vectors > 0; --vectors, run1 += 16 * step1, run2 += 16 * step2, output += 16) {
        vstrbq_s8(output, cg_extremum_vector(greatest, vldrbq_s8(run1), vldrbq_s8(run2)));
    }
    vstrbq_p_s8(output, cg_extremum_vector(greatest, vldrbq_z_s8(run1, rest), vldrbq_z_s8(run2, rest)), rest);
}

#else

#if CG_DSP
/* Byte by byte. */
CG_INLINE uint32_t cg_extremum_four(int greatest, uint32_t a, uint32_t b) {
    uint32_t chosen;
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %3, %4"
            : "=&r"(chosen)
            : "r"(a), "r"(b), "r"(greatest ? a : b), "r"(greatest ? b : a));
    return chosen;
}
#endif

CG_INLINE void cg_extremum_run(int greatest, const int8_t *run1, int32_t step1, const int8_t *run2, int32_t step2,
                               int32_t count, int8_t *output) {
    int8_t *const end = output + count;
#if CG_DSP
    uint32_t a = (uint8_t)*run1 * 0x01010101u;
    uint32_t b = (uint8_t)*run2 * 0x01010101u;
    for (int8_t *const last = output + (count & ~3); output != last; output += 4) {
        if (step1 != 0) {
            memcpy(&a, run1, sizeof(a));
            run1 += 4;
        }
        if (step2 != 0) {
            memcpy(&b, run2, sizeof(b));
            run2 += 4;
        }
        const uint32_t chosen = cg_extremum_four(greatest, a, b);
        memcpy(output, &chosen, sizeof(chosen));
    }
#endif
    for (; output != end; run1 += step1, run2 += step2) {
        *output++ = cg_extremum(greatest, *run1, *run2);
    }
}

#endif

#ifdef __cplusplus
}
#endif

#endif /* CG_EXTREMUM_S8_H */
