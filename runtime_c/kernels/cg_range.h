/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RANGE_H
#define CG_RANGE_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * RANGE: `count` numbers, `delta` apart, from `start` on, as cg_range_s32, _s64 and _f32.
 *
 * Bounds: count >= 0. Integers that do not fit wrap.
 *
 * Aliasing: output must not overlap start or delta.
 *
 * Source: CalculateRange of TFLite's range.cc, which adds delta up: so do floats here, with the same roundings.
 */
#define CG_RANGE(name, type, sum)                                                                                      \
    CG_INLINE void cg_range_##name(const type *start, const type *delta, int32_t count, type *output) {                \
        type value = *start;                                                                                           \
        for (int32_t i = 0; i < count; ++i) {                                                                          \
            output[i] = value;                                                                                         \
            value = (type)((sum)value + (sum)*delta);                                                                  \
        }                                                                                                              \
    }

CG_RANGE(s32, int32_t, uint32_t)
CG_RANGE(s64, int64_t, uint64_t)
CG_RANGE(f32, float, float)

#undef CG_RANGE

#ifdef __cplusplus
}
#endif

#endif /* CG_RANGE_H */
