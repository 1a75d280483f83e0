/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_GATHER_H
#define CG_GATHER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * GATHER, and EMBEDDING_LOOKUP without a change of type: slices of the input along one axis, in the order of computed
 * positions.
 *
 *   batches      product of the dimensions that input and positions share
 *   outer        product of the input's dimensions between those and the axis
 *   axis         extent of the input along the axis
 *   positions    positions of one batch
 *   slice_bytes  bytes of the input in one position of the axis
 *   index_bytes  4 or 8: bytes of one position
 *   indices      [batches, positions]
 *   output       [batches, outer, positions, slice_bytes]
 *
 * Positions outside [0, axis) are taken as the nearest that is inside: TFLite Micro reads what lies there (GATHER) or
 * stops with an error (EMBEDDING_LOOKUP).
 *
 * Bounds: all numbers >= 1.
 *
 * Aliasing: output must not overlap input or indices.
 *
 * Source: Gather of TFLite Micro's gather.cc. Only bytes are copied, so all types are alike.
 */
typedef struct {
    int32_t batches;
    int32_t outer;
    int32_t axis;
    int32_t positions;
    int32_t slice_bytes;
    int32_t index_bytes;
} cg_gather_params;

void cg_gather(const cg_gather_params *params, const void *input, const void *indices, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_GATHER_H */
