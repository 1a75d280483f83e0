/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FULLY_CONNECTED_TILE_S8_H
#define CG_FULLY_CONNECTED_TILE_S8_H

#include <stdint.h>

#include "cg_tile_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FULLY_CONNECTED of int8, five units at a time: for cores whose multiplier takes two registers at most.
 *
 *   input    [batches][depth]
 *   weights  weight + 128, in blocks of five units: [blocks][values][CG_TILE], where values are depth rounded up to a
 *            multiple of 8 and the last block may have fewer units (what is there for them counts for nothing)
 *   steps    [units rounded up to a multiple of five][4]: bias with the input's zero point and 128 folded in, then
 *            multiplier, offset and shift as cg_tile_s8.h has them
 *   scratch  a byte for each value
 *   output   [batches][units]
 *
 * Bounds: those of cg_fully_connected_s8; sums of less than 2^30 on either side.
 *
 * Aliasing: input and output may overlap where batches is 1: the input is read before any output is written.
 *
 * Arithmetic: that of cg_fully_connected_s8; codegen/operators/_tile/channels.py proves the requantization.
 */
typedef struct {
    int32_t batches;
    int32_t depth;
    int32_t units;
    int32_t activation_min;
    int32_t activation_max;
} cg_fully_connected_tile_s8_params;

void cg_fully_connected_tile_s8(const cg_fully_connected_tile_s8_params *params, const int8_t *input,
                                const uint8_t *weights, const int32_t *steps, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FULLY_CONNECTED_TILE_S8_H */
