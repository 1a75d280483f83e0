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
 * A tile is five pixels of a row, or with `columns` of a column (for narrow maps).
 *
 *   weights  [output channels][filter_height * filter_width], with `columns` [..][filter_width * filter_height]
 *   steps    [output channels][4]: bias with the input's zero point folded in, then multiplier, offset and shift as
 *            cg_tile_s8.h has them
 *   scratch  2 words for each tap (taps rounded up to a multiple of 3), then the strip: one channel of what block_rows
 *            output rows read, widened; 4-byte aligned. Its lines are input rows (with `columns` input columns), each
 * in as many parts as the stride along it is, of part_words words, which are that many pixels apart
 *
 * part_words is T + (span - 1) / stride, T being the outputs along a line (output_width, or block_rows) rounded up to a
 * multiple of CG_TILE and span what the filter covers along it. There are (outputs across - 1) * stride + span lines,
 * with the other axis's stride and span.
 *
 * Bounds: those of cg_depthwise_conv_2d_s8; sums of less than 2^30 on either side.
 *
 * Aliasing: with depth_multiplier 1 all that a block of rows reads of a channel is read before its outputs of that
 * channel are written, and blocks follow each other.
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
    int32_t part_words;
    int32_t columns;
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
