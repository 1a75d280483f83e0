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

/*
 * The output of `scaled`, a sum times 2^8: h >> shift saturated to int8, where h = (scaled * multiplier) / 2^32 +
 * offset, rounded down, and with `linear` less 2^7 where the sum is negative. codegen/operators/_dsp/requantize.py
 * proves where this is the reference's rounding.
 */
CG_INLINE int8_t cg_short_requantize_by(uint32_t scaled, int32_t multiplier, int32_t offset, int32_t shift,
                                        int32_t linear) {
    const int32_t x = (int32_t)scaled;
#if CG_DSP
    int32_t h;
    __asm__("smmla %0, %1, %2, %3" : "=r"(h) : "r"(x), "r"(multiplier), "r"(offset));
#else
    int32_t h = (int32_t)(((int64_t)x * (int64_t)multiplier) >> 32) + offset;
#endif
    if (linear != 0) {
        h += (x >> 31) * (1 << 7);
    }
    h >>= shift;
#if CG_DSP
    __asm__("ssat %0, #8, %1" : "=r"(h) : "r"(h));
    return (int8_t)h;
#else
    return (int8_t)(h < -128 ? -128 : (h > 127 ? 127 : h));
#endif
}

/* The same by step[0] = multiplier, step[1] = offset and step[2] = shift. */
CG_INLINE int8_t cg_short_requantize(uint32_t scaled, const int32_t *step, int32_t linear) {
    return cg_short_requantize_by(scaled, step[0], step[1], step[2], linear);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_DSP_H */
