/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DOT_F32_H
#define CG_DOT_F32_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sum of a[i] * b[i] over count elements, from the first one on. */
CG_INLINE float cg_dot_f32(const float *a, const float *b, int32_t count) {
    float sum = 0.0f;
    for (int32_t i = 0; i < count; ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_DOT_F32_H */
