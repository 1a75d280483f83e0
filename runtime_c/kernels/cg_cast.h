/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CAST_H
#define CG_CAST_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CAST, each number to another type: cg_cast_<from>_<to> for the types s8, u8, s16, s32, u32, s64, f32 and bool (bytes
 * of 0 or 1; a number becomes 1 unless it is 0).
 *
 * Integers that do not fit lose their upper bits. Fractions are cut off. A float beyond the 32-bit integers (64-bit
 * ones for s64, unsigned ones for u32) is taken as the nearest of them, one that is not a number as 0, before bits are
 * lost: C++, and so the reference, leaves these undefined.
 *
 * Bounds: count >= 0.
 *
 * Aliasing: output must not overlap input.
 *
 * Source: copyCast of TFLite Micro's cast.cc.
 */

CG_INLINE int32_t cg_float_to_s32(float value) {
    if (!(value > -2147483648.0f)) {
        return (value != value) ? 0 : INT32_MIN;
    }
    return (value >= 2147483648.0f) ? INT32_MAX : (int32_t)value;
}

CG_INLINE uint32_t cg_float_to_u32(float value) {
    if (!(value > 0.0f)) {
        return 0;
    }
    return (value >= 4294967296.0f) ? UINT32_MAX : (uint32_t)value;
}

CG_INLINE int64_t cg_float_to_s64(float value) {
    if (!(value > -9223372036854775808.0f)) {
        return (value != value) ? 0 : INT64_MIN;
    }
    return (value >= 9223372036854775808.0f) ? INT64_MAX : (int64_t)value;
}

#define CG_CAST(name, from, to, convert)                                                                               \
    CG_INLINE void cg_cast_##name(const from *input, int32_t count, to *output) {                                      \
        for (int32_t i = 0; i < count; ++i) {                                                                          \
            output[i] = (to)convert(input[i]);                                                                         \
        }                                                                                                              \
    }

#define CG_CAST_IS_NOT_0(value) ((value) != 0 ? 1 : 0)

/* From one type to each of the integers and to float and bool; a type to itself is not asked for. */
#define CG_CAST_FROM_INTEGER(name, from)                                                                               \
    CG_CAST(name##_s8, from, int8_t, )                                                                                 \
    CG_CAST(name##_u8, from, uint8_t, )                                                                                \
    CG_CAST(name##_s16, from, int16_t, )                                                                               \
    CG_CAST(name##_s32, from, int32_t, )                                                                               \
    CG_CAST(name##_u32, from, uint32_t, )                                                                              \
    CG_CAST(name##_s64, from, int64_t, )                                                                               \
    CG_CAST(name##_f32, from, float, )                                                                                 \
    CG_CAST(name##_bool, from, uint8_t, CG_CAST_IS_NOT_0)

CG_CAST_FROM_INTEGER(s8, int8_t)
CG_CAST_FROM_INTEGER(u8, uint8_t)
CG_CAST_FROM_INTEGER(s16, int16_t)
CG_CAST_FROM_INTEGER(s32, int32_t)
CG_CAST_FROM_INTEGER(u32, uint32_t)
CG_CAST_FROM_INTEGER(s64, int64_t)
CG_CAST_FROM_INTEGER(bool, uint8_t)
CG_CAST(f32_s8, float, int8_t, cg_float_to_s32)
CG_CAST(f32_u8, float, uint8_t, cg_float_to_s32)
CG_CAST(f32_s16, float, int16_t, cg_float_to_s32)
CG_CAST(f32_s32, float, int32_t, cg_float_to_s32)
CG_CAST(f32_u32, float, uint32_t, cg_float_to_u32)
CG_CAST(f32_s64, float, int64_t, cg_float_to_s64)
CG_CAST(f32_bool, float, uint8_t, CG_CAST_IS_NOT_0)

#undef CG_CAST_FROM_INTEGER
#undef CG_CAST_IS_NOT_0
#undef CG_CAST

#ifdef __cplusplus
}
#endif

#endif /* CG_CAST_H */
