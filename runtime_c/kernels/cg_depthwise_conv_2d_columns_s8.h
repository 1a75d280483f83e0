/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_COLUMNS_S8_H
#define CG_DEPTHWISE_CONV_2D_COLUMNS_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEPTHWISE_CONV_2D of int8 with a multiplier of 1 and windows of 3 x 3, for cores with the DSP extension: row by row,
 * four neighbouring channels at a time, two products an instruction. For narrow images and few rows a call.
 *
 * Computes the output rows [y0, y1) as cg_depthwise_conv_2d_s8 does: y0, y1 and pad_top count from the top of the
 * whole output, `output` points to the first byte of row y0. One image.
 *
 *   channels a multiple of 4
 *   padding  at most a row or column on each side, and not above and below the same window
 *   stream   for every four channels: the bias of each times 2^8 with the input's zero point folded in; for each column
 *            of the window three words of weights: rows 0 of channels 0, 1 and rows 1 of them, the same of channels 2,
 *            3, rows 2 of all; multiplier, offset and shift of each (cg_short_requantize)
 *   columns  that the outputs of a row need, padding among them: stride_width * (output_width - 1) + 3
 *   linear   0 where sums of less than the zero point give the lower bound
 *   scratch  24 * columns bytes, 4-byte aligned
 *   activation_min, activation_max  bounds beyond the saturation; -128 and 127 cost nothing
 *
 * Bounds: those of cg_depthwise_conv_2d_s8.
 *
 * Aliasing: the output may lie over input rows and channels that are not read any more; four channels of an output row
 * are written when their three input rows are read.
 *
 * Arithmetic: that of cg_depthwise_conv_2d_s8; codegen/operators/_dsp/requantize.py proves the short requantization.
 */
typedef struct {
    int32_t channels;
    int32_t input_width;
    int32_t output_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t columns;
    int32_t linear;
    int32_t input_zero_point;
    int32_t activation_min;
    int32_t activation_max;
} cg_depthwise_conv_2d_columns_s8_params;

void cg_depthwise_conv_2d_columns_s8(const cg_depthwise_conv_2d_columns_s8_params *params, const cg_rows *input,
                                     const int32_t *stream, int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_COLUMNS_S8_H */
