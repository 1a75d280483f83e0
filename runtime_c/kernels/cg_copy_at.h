/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_COPY_AT_H
#define CG_COPY_AT_H

#include <stdint.h>

#include "cg_copy_nd.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SLICE whose begin is computed, and the update of DYNAMIC_UPDATE_SLICE: copies a box that begins in the larger tensor
 * where `starts` says.
 *
 *   copy          the box, as if it began at position 0 of both tensors
 *   strides       bytes from one position to the next along each of `rank` dimensions of the larger tensor
 *   limits        the last position at which the box may begin along each dimension
 *   index_bytes   4 or 8: bytes of one number in `starts`
 *   moves_output  the larger tensor is the output (else the input)
 *   starts        `rank` signed numbers
 *
 * Starts outside [0, limits] are taken as the nearest that is inside, so that nothing outside of the tensors is
 * touched.
 *
 * Bounds: rank in [0, 8]; limits >= 0; those of cg_copy_nd.
 *
 * Aliasing: output must not overlap input or starts.
 *
 * Source: EvalImpl of TFLite Micro's dynamic_update_slice.cc, which clamps alike; reference_ops::Slice, which does not
 * check.
 */
typedef struct {
    cg_copy_nd_params copy;
    int32_t strides[8];
    int32_t limits[8];
    int32_t rank;
    int32_t index_bytes;
    int32_t moves_output;
} cg_copy_at_params;

void cg_copy_at(const cg_copy_at_params *params, const void *starts, const void *input, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_COPY_AT_H */
