/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DSP_H
#define CG_DSP_H

#include <stdint.h>
#include <string.h>

#include "cg_config.h"

/*
 * Two int16 in a word, and int8 widened to them: the layouts of kernels for Armv7E-M and Armv8-M with the DSP
 * extension. Portable C computes the same words from the same bytes.
 *
 *   CG_DSP  1 where the kernels may use the extension's instructions through GNU assembler
 */
#ifndef CG_DSP
#if defined(__ARM_FEATURE_DSP) && !defined(__ARM_FEATURE_MVE) && defined(__thumb2__) && defined(__GNUC__)
#define CG_DSP 1
#else
#define CG_DSP 0
#endif
#endif

#if CG_DSP
/* A function whose body is assembler only: GCC and Clang keep the parameters in r0 to r3 and add nothing. */
#define CG_NAKED __attribute__((naked, noinline))
#define CG_UNUSED __attribute__((unused))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* `low` and `high` as the halves of a word. */
CG_INLINE uint32_t cg_halves(int32_t low, int32_t high) {
    return ((uint32_t)low & 0xFFFFu) | ((uint32_t)high << 16);
}

/* The signed halves of a word. */
CG_INLINE int32_t cg_low_half(uint32_t word) {
    return (int32_t)(word << 16) >> 16;
}

CG_INLINE int32_t cg_high_half(uint32_t word) {
    return (int32_t)word >> 16;
}

/* Widens four bytes: words[0] has bytes 0 and 2, words[1] has bytes 1 and 3. `source` needs no alignment. */
CG_INLINE void cg_widen_quad(const int8_t *source, uint32_t *words) {
#if CG_DSP
    uint32_t bytes;
    uint32_t even;
    uint32_t odd;
    memcpy(&bytes, source, sizeof(bytes));
    __asm__("sxtb16 %0, %1" : "=r"(even) : "r"(bytes));
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(bytes));
    words[0] = even;
    words[1] = odd;
#else
    words[0] = cg_halves(source[0], source[2]);
    words[1] = cg_halves(source[1], source[3]);
#endif
}

#ifdef __cplusplus
}
#endif

#endif /* CG_DSP_H */
