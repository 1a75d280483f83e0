/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_TOPK_V2_H
#define CG_TOPK_V2_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * TOPK_V2: the k largest elements of each row in falling order, with their positions; of equal ones the first comes
 * first. cg_topk_v2_<type> for s8, u8, s16, s32, s64 and f32.
 *
 *   input            [rows, columns]
 *   values, indices  [rows, k]
 *
 * Bounds: rows, columns >= 1; k in [1, columns]. Floats are numbers.
 *
 * Aliasing: neither output must overlap the input or the other.
 *
 * Source: TopContainer of TFLite's topk_v2.cc. Here each element is sorted into those kept so far: no scratch.
 */
#define CG_TOPK_V2(name, type)                                                                                         \
    CG_INLINE void cg_topk_v2_##name(const type *input, int32_t rows, int32_t columns, int32_t k, type *values,        \
                                     int32_t *indices) {                                                               \
        for (int32_t row = 0; row < rows; ++row) {                                                                     \
            int32_t kept = 0;                                                                                          \
            for (int32_t i = 0; i < columns; ++i) {                                                                    \
                int32_t place = kept;                                                                                  \
                if (kept < k) {                                                                                        \
                    ++kept;                                                                                            \
                } else if (input[i] > values[k - 1]) {                                                                 \
                    place = k - 1;                                                                                     \
                } else {                                                                                               \
                    continue;                                                                                          \
                }                                                                                                      \
                for (; place > 0 && input[i] > values[place - 1]; --place) {                                           \
                    values[place] = values[place - 1];                                                                 \
                    indices[place] = indices[place - 1];                                                               \
                }                                                                                                      \
                values[place] = input[i];                                                                              \
                indices[place] = i;                                                                                    \
            }                                                                                                          \
            input += columns;                                                                                          \
            values += k;                                                                                               \
            indices += k;                                                                                              \
        }                                                                                                              \
    }

CG_TOPK_V2(s8, int8_t)
CG_TOPK_V2(u8, uint8_t)
CG_TOPK_V2(s16, int16_t)
CG_TOPK_V2(s32, int32_t)
CG_TOPK_V2(s64, int64_t)
CG_TOPK_V2(f32, float)

#undef CG_TOPK_V2

#ifdef __cplusplus
}
#endif

#endif /* CG_TOPK_V2_H */
