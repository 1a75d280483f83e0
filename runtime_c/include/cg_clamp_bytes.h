/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CLAMP_BYTES_H
#define CG_CLAMP_BYTES_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The bytes from `from` to `end` within [low, high]; nothing where these are the bounds of int8. */
CG_INLINE void cg_clamp_bytes(int8_t *from, const int8_t *end, int32_t low, int32_t high) {
    if (low == INT8_MIN && high == INT8_MAX) {
        return;
    }
    for (; from != end; ++from) {
        const int32_t value = *from < low ? low : *from;
        *from = (int8_t)(value > high ? high : value);
    }
}

#ifdef __cplusplus
}
#endif

#endif /* CG_CLAMP_BYTES_H */
