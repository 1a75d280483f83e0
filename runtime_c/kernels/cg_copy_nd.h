/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_COPY_ND_H
#define CG_COPY_ND_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Copies runs of bytes from one grid of positions to another: transpositions, slices with strides, reversed and
 * repeated dimensions, blocks of space that become depth and back.
 *
 *   dims            positions along each of up to 8 dimensions, outermost first; unused ones (in front) are 1
 *   input_strides   bytes from one position to the next in the input: 0 repeats, negative goes backwards
 *   output_strides  the same in the output
 *   run_bytes       bytes copied at each position
 *
 * input and output point to the position whose indices are all 0.
 *
 * Bounds: dimensions >= 1, run_bytes >= 1. Offsets of positions fit 32 bits.
 *
 * Aliasing: no byte that is written may be one that is read. Input and output may lie in one tensor.
 *
 * Source: only bytes are copied, so all types are alike. Its callers name the reference function.
 */
typedef struct {
    int32_t dims[8];
    int32_t input_strides[8];
    int32_t output_strides[8];
    int32_t run_bytes;
} cg_copy_nd_params;

void cg_copy_nd(const cg_copy_nd_params *params, const void *input, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_COPY_ND_H */
