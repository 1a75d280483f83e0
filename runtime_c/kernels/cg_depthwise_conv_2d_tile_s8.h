/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_TILE_S8_H
#define CG_DEPTHWISE_CONV_2D_TILE_S8_H

#include <stdint.h>

#include "cg_rows.h"
#include "cg_tile_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEPTHWISE_CONV_2D of int8, five pixels of one channel at a time: for cores whose multiplier takes two registers at
 * most.
 *
 * Computes the output rows [y0, y1) as cg_depthwise_conv_2d_s8 does: y0, y1 and pad_top count from the top of the whole
 * output, `output` points to the first byte of row y0. With batches > 1 the input is a whole tensor.
 *
 *   weights  [output channels][filter_height * filter_width]
 *   steps    [output channels][4]: bias with the input's zero point folded in, then multiplier, offset and shift as
 *            cg_tile_s8.h has them
 *   scratch  2 words for each tap (taps rounded up to a multiple of 3), then strip_rows * row_words words; 4-byte
 *            aligned. The strip holds one channel of the input rows of block_rows output rows, widened, each row in
 *            stride_width parts of columns that many apart
 *
 * row_words is stride_width * words of a part, where a part has (T - 1) + (span - 1) / stride_width + 1 words, T being
 * output_width rounded up to a multiple of CG_TILE and span = (filter_width - 1) * dilation_width + 1. strip_rows is
 * (block_rows - 1) * stride_height + (filter_height - 1) * dilation_height + 1.
 *
 * Bounds: those of cg_depthwise_conv_2d_s8; sums of less than 2^30 on either side.
 *
 * Aliasing: with depth_multiplier and strides of 1 input and output may overlap where a block of output rows lies over
 * input of the same channels that no later row reads: all that a block reads of a channel is read before the block's
 * outputs of that channel are written, and nothing else of the tensor is.
 *
 * Arithmetic: that of cg_depthwise_conv_2d_s8; codegen/operators/_tile/channels.py proves the requantization.
 */
typedef struct {
    int32_t batches;
    int32_t input_width;
    int32_t input_channels;
    int32_t depth_multiplier;
    int32_t filter_height;
    int32_t filter_width;
    int32_t output_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t input_zero_point;
    int32_t block_rows;
    int32_t row_words;
    int32_t activation_min;
    int32_t activation_max;
} cg_depthwise_conv_2d_tile_s8_params;

void cg_depthwise_conv_2d_tile_s8(const cg_depthwise_conv_2d_tile_s8_params *params, const cg_rows *input,
                                  const int8_t *weights, const int32_t *steps, int32_t y0, int32_t y1, void *scratch,
                                  int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_TILE_S8_H */
