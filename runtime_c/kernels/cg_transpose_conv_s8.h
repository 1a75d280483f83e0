/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_TRANSPOSE_CONV_S8_H
#define CG_TRANSPOSE_CONV_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * TRANSPOSE_CONV of int8 with int8 weights per output channel: input pixel (y, x) meets the output pixels
 * (y * stride_height - pad_top + filter_y, x * stride_width - pad_left + filter_x). An output pixel that none meets is
 * its bias.
 *
 * Computes the output rows [y0, y1); y0 and y1 count from the top of the whole output, and so does pad_top. `output`
 * points to the first byte of row y0; rows follow each other without gaps. With batches > 1 the input is a whole
 * tensor (capacity == height), its images follow each other, and so do the bands of y1 - y0 output rows.
 *
 *   input    rows of input_width * input_channels bytes
 *   weights  [output_channels][filter_height][filter_width][input_channels]
 *   bias     [output_channels], or NULL for none
 *   multiplier, shift  [output_channels]; a positive shift is a left shift
 *
 * Bounds: dimensions and strides >= 1; paddings >= 0; input_offset in [-127, 128]; output_offset in [-128, 127]; at
 * most 65793 products in a sum, so that it fits 32 bits.
 *
 * Aliasing: nothing overlaps the output.
 *
 * Arithmetic: TFLite 8-bit quantization specification; reference_integer_ops::TransposeConv of TFLite Micro.
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
    int32_t pad_top;
    int32_t pad_left;
    int32_t input_offset;
    int32_t output_offset;
    int32_t activation_min;
    int32_t activation_max;
} cg_transpose_conv_s8_params;

void cg_transpose_conv_s8(const cg_transpose_conv_s8_params *params, const cg_rows *input, const int8_t *weights,
                          const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0, int32_t y1,
                          int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_TRANSPOSE_CONV_S8_H */
