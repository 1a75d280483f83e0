/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_PLAIN_DOT_H
#define CG_PLAIN_DOT_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sum of input[i] * weights[i] over count elements, which callers bound so that it fits. No alignment is needed. */
CG_INLINE int32_t cg_plain_dot_s8(const int8_t *input, const int8_t *weights, int32_t count) {
    int32_t sum = 0;
    int32_t i = 0;
#if CG_DSP
    for (; i + 4 <= count; i += 4) {
        uint32_t x[2];
        uint32_t w[2];
        cg_widen_quad(input + i, x);
        cg_widen_quad(weights + i, w);
        __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(x[0]), "r"(w[0]));
        __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(x[1]), "r"(w[1]));
    }
#endif
    for (; i < count; ++i) {
        sum += (int32_t)input[i] * (int32_t)weights[i];
    }
    return sum;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_PLAIN_DOT_H */
