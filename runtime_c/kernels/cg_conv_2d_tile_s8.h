/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_TILE_S8_H
#define CG_CONV_2D_TILE_S8_H

#include <stdint.h>

#include "cg_rows.h"
#include "cg_tile_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8, five pixels of one channel at a time: for cores whose multiplier takes two registers at most.
 *
 * Computes the output rows [y0, y1) as cg_conv_2d_s8 does: y0, y1 and pad_top count from the top of the whole
 * output, `output` points to the first byte of row y0. With batches > 1 the input is a whole tensor.
 *
 *   weights  weight + 128, in chunks of chunk_rows rows of the filter (the last chunk may have fewer): of each chunk
 *            [output_channels][values], where values are its filter_height * filter_width * input_channels, rounded
 *            up to a multiple of 4 (what is there counts for nothing)
 *   steps    [output_channels][4]: bias with the input's zero point folded in, then multiplier, offset and shift as
 *            cg_tile_s8.h has them
 *   scratch  CG_TILE words for each value of a chunk (rounded up to 4), then CG_TILE words, for each output channel
 *            where there are several chunks; 4-byte aligned
 *
 * Bounds: those of cg_conv_2d_s8; no groups; sums of less than 2^30 on either side.
 *
 * Aliasing: input and output may overlap. The windows of five output pixels, in raster order over the rows of the call,
 * are read before any of these pixels is written, and never again. (The last tile has what is left.)
 *
 * Arithmetic: that of cg_conv_2d_s8; codegen/operators/_tile/channels.py proves the requantization.
 */
typedef struct {
    int32_t batches;
    int32_t input_width;
    int32_t input_channels;
    int32_t filter_height;
    int32_t filter_width;
    int32_t output_width;
    int32_t output_channels;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t input_zero_point;
    int32_t chunk_rows;
    int32_t activation_min;
    int32_t activation_max;
} cg_conv_2d_tile_s8_params;

void cg_conv_2d_tile_s8(const cg_conv_2d_tile_s8_params *params, const cg_rows *input, const uint8_t *weights,
                        const int32_t *steps, int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_TILE_S8_H */
