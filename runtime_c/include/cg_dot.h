/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DOT_H
#define CG_DOT_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sum of (input[i] + input_offset) * weights[i] over count elements. Callers bound count so that it fits. */
CG_INLINE int32_t cg_dot_s8(const int8_t *input, const CG_FLASH int8_t *weights, int32_t count, int32_t input_offset) {
    int32_t sum = 0;
    int32_t i = 0;
#if CG_DSP
    const uint32_t offsets = cg_halves(input_offset, input_offset);
    for (; i + 4 <= count; i += 4) {
        uint32_t inputs;
        uint32_t words[2];
        uint32_t even;
        uint32_t odd;
        memcpy(&inputs, input + i, sizeof(inputs));
        cg_widen_quad(weights + i, words);
        __asm__("sxtab16 %0, %1, %2" : "=r"(even) : "r"(offsets), "r"(inputs));
        __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(odd) : "r"(offsets), "r"(inputs));
        __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(even), "r"(words[0]));
        __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(odd), "r"(words[1]));
    }
#endif
    for (; i < count; ++i) {
        sum += ((int32_t)input[i] + input_offset) * (int32_t)weights[i];
    }
    return sum;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_DOT_H */
