/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_DIRECT_S8_H
#define CG_CONV_2D_DIRECT_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8 by pixels, four output channels at a time, for cores with the DSP extension and little scratch.
 *
 * Computes the output rows [y0, y1) as cg_conv_2d_s8 does: y0, y1 and pad_top count from the top of the whole
 * output, `output` points to the first byte of row y0. With batches > 1 the input is a whole tensor.
 *
 *   stream   blocks of four channels as cg_direct_pixel_s8.h says; the weights of a filter are in the order of its
 *            runs. A run is a row of the filter, or with dilation_width > 1 one pixel of it: the whole quads of all
 *            runs, then their remaining bytes, filled up to quads; each widened (values 0, 2, 1, 3)
 *   quads    of a filter
 *   widened  1: the window of a pixel is widened in scratch first; 0: its bytes are widened where they are, for each
 *            block anew. Then channels are a multiple of 4
 *   scratch  4 * filter_height bytes for offsets of rows; widened: 8 * quads for values, 4 for each quad that has
 *            remaining bytes, and a row of a filter (filter_width * input_channels); else 4 * the pixels of a filter,
 *            and input_channels. 4-byte aligned
 *   activation_min, activation_max  bounds beyond the saturation; -128 and 127 cost nothing
 *
 * Bounds: those of cg_conv_2d_s8; no groups.
 *
 * Aliasing: input and output may overlap. Pixels come in raster order over the rows of the call. The window of one is
 * read before its first outputs are written; where it is not widened, it is read again before every four of them.
 *
 * Arithmetic: that of cg_conv_2d_s8; codegen/operators/_dsp/requantize.py proves the short requantization.
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
    int32_t quads;
    int32_t widened;
    int32_t linear;
    int32_t activation_min;
    int32_t activation_max;
} cg_conv_2d_direct_s8_params;

void cg_conv_2d_direct_s8(const cg_conv_2d_direct_s8_params *params, const cg_rows *input, const int32_t *stream,
                          int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_DIRECT_S8_H */
