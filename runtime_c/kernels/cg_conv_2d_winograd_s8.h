/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_WINOGRAD_S8_H
#define CG_CONV_2D_WINOGRAD_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8 by Winograd's F(2x2, 3x3): filters of 3 x 3, strides and dilations of 1, no groups. Four outputs take
 * 16 products a channel in place of 36.
 *
 * Computes the output rows [y0, y1) as cg_conv_2d_s8 does: y0, y1 and pad_top count from the top of the whole
 * output, `output` points to the first byte of row y0. With batches > 1 the input is a whole tensor. Rows are computed
 * two at a time from y0 on, and columns: of an odd number the last one costs as much as two.
 *
 *   stream   the transformed filters of pairs of channels, as cg_winograd_block_s8.h says
 *   scratch  136 * input_channels + 384 bytes, 4-byte aligned: the values of three tiles and their products, four
 *            transformed columns, and two columns with padding
 *   activation_min, activation_max  bounds beyond the saturation; -128 and 127 cost nothing
 *
 * Bounds: those of cg_conv_2d_s8; input_channels a multiple of 4 and at least 8, output_channels a multiple of 2. Rows
 * of the input and slots of a ring are 4-byte aligned.
 *
 * Aliasing: input and output may overlap. Tiles of 2 x 2 outputs are taken in raster order over the rows of the call,
 * images one after the other: the windows of three tiles are read before any of their outputs is written, and never
 * again.
 *
 * Arithmetic: S. Winograd's minimal filtering as A. Lavin and S. Gray have it ("Fast Algorithms for Convolutional
 * Neural Networks", 2016), in integers without rounding (cg_winograd_block_s8.h); the results are those of
 * cg_conv_2d_s8. codegen/operators/_dsp/requantize.py proves the short requantization.
 */
typedef struct {
    int32_t batches;
    int32_t input_width;
    int32_t input_channels;
    int32_t output_width;
    int32_t output_channels;
    int32_t pad_top;
    int32_t pad_left;
    int32_t input_zero_point;
    int32_t linear;
    int32_t activation_min;
    int32_t activation_max;
} cg_conv_2d_winograd_s8_params;

void cg_conv_2d_winograd_s8(const cg_conv_2d_winograd_s8_params *params, const cg_rows *input, const int32_t *stream,
                            int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_WINOGRAD_S8_H */
