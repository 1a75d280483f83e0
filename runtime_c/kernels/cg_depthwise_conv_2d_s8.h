/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_S8_H
#define CG_DEPTHWISE_CONV_2D_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEPTHWISE_CONV_2D of int8 with int8 weights per output channel.
 *
 * Computes the output rows [y0, y1); y0 and y1 count from the top of the whole output, and so does pad_top. `output`
 * points to the first byte of row y0; rows follow each other without gaps. With batches > 1 the input is a whole
 * tensor (capacity == height), its images follow each other, and so do the bands of y1 - y0 output rows.
 *
 *   input    rows of input_width * input_channels bytes
 *   weights  [filter_height][filter_width][input_channels * depth_multiplier]
 *   bias     [input_channels * depth_multiplier], or NULL for none
 *   multiplier, shift  [input_channels * depth_multiplier]; a positive shift is a left shift
 *   output   rows of output_width * input_channels * depth_multiplier bytes; channel c * depth_multiplier + m is made
 *            of input channel c
 *
 * Bounds: dimensions, strides and dilations >= 1; paddings >= 0; input_offset in [-127, 128]; output_offset in
 * [-128, 127]; filter_height * filter_width <= 65793, so that the sum of products fits 32 bits.
 *
 * Aliasing: input and output may overlap. Output pixels are written in raster order and the channels of a pixel in
 * ascending order; output channel o is written after the reads of input channel o / depth_multiplier in the window of
 * the pixel for it. So with depth_multiplier 1, a channel may be written over the same channel of the oldest pixel
 * of its own window, if no later window covers that. Everything else is read-only and must not overlap the output.
 *
 * Arithmetic: TFLite 8-bit quantization specification; reference_integer_ops::DepthwiseConvPerChannel of TFLite Micro.
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
    int32_t input_offset;
    int32_t output_offset;
    int32_t activation_min;
    int32_t activation_max;
} cg_depthwise_conv_2d_s8_params;

void cg_depthwise_conv_2d_s8(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *input, const int8_t *weights,
                             const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0,
                             int32_t y1, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_S8_H */
