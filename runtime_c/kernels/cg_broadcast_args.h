/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_BROADCAST_ARGS_H
#define CG_BROADCAST_ARGS_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * BROADCAST_ARGS: the shape of two tensors broadcast to each other, from their shapes (count1 and count2 numbers), as
 * cg_broadcast_args_s32 and _s64.
 *
 *   output  max(count1, count2) numbers
 *
 * Numbers that differ, neither of them 1, give the first; TFLite Micro aborts.
 *
 * Bounds: count1, count2 >= 0.
 *
 * Aliasing: output must not overlap the inputs.
 *
 * Source: reference_ops::BroadcastArgs of TFLite Micro, but for its cut of 64-bit extents to 32 bits.
 */
#define CG_BROADCAST_ARGS(name, type)                                                                                  \
    CG_INLINE void cg_broadcast_args_##name(const type *shape1, int32_t count1, const type *shape2, int32_t count2,    \
                                            type *output) {                                                            \
        const int32_t rank = (count1 > count2) ? count1 : count2;                                                      \
        for (int32_t i = 0; i < rank; ++i) {                                                                           \
            const type a = (i < rank - count1) ? (type)1 : shape1[i - (rank - count1)];                                \
            const type b = (i < rank - count2) ? (type)1 : shape2[i - (rank - count2)];                                \
            output[i] = (a == 1) ? b : a;                                                                              \
        }                                                                                                              \
    }

CG_BROADCAST_ARGS(s32, int32_t)
CG_BROADCAST_ARGS(s64, int64_t)

#undef CG_BROADCAST_ARGS

#ifdef __cplusplus
}
#endif

#endif /* CG_BROADCAST_ARGS_H */
