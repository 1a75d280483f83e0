/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_GREATEST_H
#define CG_GREATEST_H

#include <float.h>
#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The greatest element of a row. What is not a number is passed over. */

CG_INLINE float cg_greatest_f32(const float *row, int32_t count) {
    float greatest = -FLT_MAX;
    for (int32_t i = 0; i < count; ++i) {
        greatest = (greatest < row[i]) ? row[i] : greatest;
    }
    return greatest;
}

CG_INLINE int32_t cg_greatest_s8(const int8_t *row, int32_t count) {
    int32_t greatest = INT8_MIN;
    for (int32_t i = 0; i < count; ++i) {
        greatest = (greatest < row[i]) ? row[i] : greatest;
    }
    return greatest;
}

CG_INLINE int32_t cg_greatest_s16(const int16_t *row, int32_t count) {
    int32_t greatest = INT16_MIN;
    for (int32_t i = 0; i < count; ++i) {
        greatest = (greatest < row[i]) ? row[i] : greatest;
    }
    return greatest;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_GREATEST_H */
