/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DOT_H
#define CG_DOT_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sum of (input[i] + input_offset) * weights[i] over count elements. Callers bound count so that it fits. */
CG_INLINE int32_t cg_dot_s8(const int8_t *input, const int8_t *weights, int32_t count, int32_t input_offset) {
    int32_t sum = 0;
    for (int32_t i = 0; i < count; ++i) {
        sum += ((int32_t)input[i] + input_offset) * (int32_t)weights[i];
    }
    return sum;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_DOT_H */
