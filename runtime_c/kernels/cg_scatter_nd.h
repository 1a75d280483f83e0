/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SCATTER_ND_H
#define CG_SCATTER_ND_H

#include <stdint.h>
#include <string.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SCATTER_ND: zeros, to which slices are added at computed positions, cg_scatter_nd_<type> for s8, u8, s16, s32, s64,
 * f32 and bool (where the sum is "or").
 *
 *   slices      positions
 *   depth       numbers of one position
 *   dims        extents of the output's first `depth` dimensions
 *   strides     elements from one index to the next along each of them
 *   slice_size  elements at one position
 *   size        elements of the output
 *   indices     [slices, depth]
 *   updates     [slices, slice_size]
 *
 * Slices outside of the output are left out; TFLite stops with an error. Integers that do not fit wrap.
 *
 * Bounds: slices, dims, slice_size, size >= 1; depth in [0, 8].
 *
 * Aliasing: output must not overlap indices or updates.
 *
 * Source: reference_ops::ScatterNd of TFLite; slices are added in order.
 */
typedef struct {
    int32_t dims[8];
    int32_t strides[8];
    int32_t slices;
    int32_t depth;
    int32_t slice_size;
    int32_t size;
} cg_scatter_nd_params;

/* Where the slice at `index` begins; -1 outside of the output. */
CG_INLINE int32_t cg_scatter_nd_begin(const cg_scatter_nd_params *params, const int32_t *index) {
    int32_t begin = 0;
    for (int32_t d = 0; d < params->depth; ++d) {
        if (index[d] < 0 || index[d] >= params->dims[d]) {
            return -1;
        }
        begin += index[d] * params->strides[d];
    }
    return begin;
}

#define CG_SCATTER_ND(name, type, add)                                                                                 \
    CG_INLINE void cg_scatter_nd_##name(const cg_scatter_nd_params *params, const int32_t *indices,                    \
                                        const type *updates, type *output) {                                           \
        memset(output, 0, (size_t)params->size * sizeof(type));                                                        \
        for (int32_t i = 0; i < params->slices; ++i) {                                                                 \
            const int32_t begin = cg_scatter_nd_begin(params, indices + i * params->depth);                            \
            for (int32_t k = 0; begin >= 0 && k < params->slice_size; ++k) {                                           \
                output[begin + k] = (type)add(output[begin + k], updates[i * params->slice_size + k]);                 \
            }                                                                                                          \
        }                                                                                                              \
    }

#define CG_ADD_U32(a, b) ((uint32_t)(a) + (uint32_t)(b))
#define CG_ADD_U64(a, b) ((uint64_t)(a) + (uint64_t)(b))
#define CG_ADD_F32(a, b) ((a) + (b))
#define CG_ADD_BOOL(a, b) ((a) | (b))

CG_SCATTER_ND(s8, int8_t, CG_ADD_U32)
CG_SCATTER_ND(u8, uint8_t, CG_ADD_U32)
CG_SCATTER_ND(s16, int16_t, CG_ADD_U32)
CG_SCATTER_ND(s32, int32_t, CG_ADD_U32)
CG_SCATTER_ND(s64, int64_t, CG_ADD_U64)
CG_SCATTER_ND(f32, float, CG_ADD_F32)
CG_SCATTER_ND(bool, uint8_t, CG_ADD_BOOL)

#undef CG_ADD_BOOL
#undef CG_ADD_F32
#undef CG_ADD_U64
#undef CG_ADD_U32
#undef CG_SCATTER_ND

#ifdef __cplusplus
}
#endif

#endif /* CG_SCATTER_ND_H */
