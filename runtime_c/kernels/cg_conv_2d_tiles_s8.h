/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_TILES_S8_H
#define CG_CONV_2D_TILES_S8_H

#include <stdint.h>

#include "cg_pairs_window_s8.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8 by tiles of three pixels, for cores with the DSP extension.
 *
 * Computes the output rows [y0, y1) as cg_conv_2d_s8 does: y0, y1 and pad_top count from the top of the whole
 * output, `output` points to the first byte of row y0. With batches > 1 the input is a whole tensor.
 *
 *   stream   pairs of channels as the function for tiles wants them; the weights of a filter are in the order of its
 * runs. A run is a row of the filter, or with dilation_width > 1 one pixel of it: the whole quads of all runs, then
 *            their remaining bytes, filled up to quads; each widened (values 0, 2, 1, 3)
 *   quads    of a filter
 *   padded_row  0, or the bytes of an input row with its padding on both sides, so that every window lies in it: then
 *            rows are copied to scratch before their windows are gathered
 *   scratch  24 * quads bytes for the values of three pixels; 4 * filter_height for offsets of rows, where channels are
 *            a multiple of 4 and padded_row is 0 as much for each pixel of the filter; the remaining bytes of all runs
 *            of a filter, filled up to quads; filter_height * padded_row, or without that one row of a filter
 *            (filter_width * input_channels); 4-byte aligned
 *   activation_min, activation_max  bounds beyond the saturation; -128 and 127 cost nothing
 *
 * Bounds: those of cg_conv_2d_s8; sizes fit an int16; no groups.
 *
 * Aliasing: input and output may overlap. The windows of three output pixels, in raster order over the rows of the
 * call, are read before any of these pixels is written, and never again. (The last tile has what is left.)
 *
 * Arithmetic: that of cg_conv_2d_s8; codegen/operators/_dsp/requantize.py proves the short requantization.
 */
typedef struct {
    uint16_t batches;
    uint16_t input_width;
    uint16_t input_channels;
    uint16_t filter_height;
    uint16_t filter_width;
    uint16_t output_width;
    uint16_t output_channels;
    uint16_t stride_height;
    uint16_t stride_width;
    uint16_t dilation_height;
    uint16_t dilation_width;
    int16_t pad_top;
    int16_t pad_left;
    int16_t input_zero_point;
    uint16_t quads;
    int32_t padded_row;
    int8_t linear;
    int8_t activation_min;
    int8_t activation_max;
} cg_conv_2d_tiles_params;

/* How a tile is multiplied: by what, from how many words of weights a quad, and the bytes of code of a quad. */
typedef struct {
    cg_pairs_multiply_tile *multiply;
    int32_t quad_words;
    int32_t quad_code;
} cg_conv_2d_tiles_way;

void cg_conv_2d_tiles_s8(const cg_conv_2d_tiles_params *params, const cg_rows *input, const int32_t *stream, int32_t y0,
                         int32_t y1, void *scratch, int8_t *output, const cg_conv_2d_tiles_way *way);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_TILES_S8_H */
