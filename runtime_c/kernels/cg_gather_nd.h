/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_GATHER_ND_H
#define CG_GATHER_ND_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * GATHER_ND: slices of the input at computed positions of its first `depth` dimensions.
 *
 *   slices       positions
 *   depth        numbers of one position
 *   dims         extents of the input's first `depth` dimensions
 *   strides      bytes from one index to the next along each of them
 *   slice_bytes  bytes of the input at one position
 *   index_bytes  4 or 8: bytes of one number
 *   indices      [slices, depth]
 *   output       [slices, slice_bytes]
 *
 * Numbers outside of their dimension are taken as the nearest that is inside. TFLite Micro stops with an error where
 * the slice lies outside of the input.
 *
 * Bounds: slices, dims, slice_bytes >= 1; depth in [0, 8].
 *
 * Aliasing: output must not overlap input or indices.
 *
 * Source: GatherNd of TFLite Micro's gather_nd.cc. Only bytes are copied, so all types are alike.
 */
typedef struct {
    int32_t dims[8];
    int32_t strides[8];
    int32_t slices;
    int32_t depth;
    int32_t slice_bytes;
    int32_t index_bytes;
} cg_gather_nd_params;

void cg_gather_nd(const cg_gather_nd_params *params, const void *input, const void *indices, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_GATHER_ND_H */
