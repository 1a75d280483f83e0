/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_UNITS_S4_H
#define CG_CONV_2D_UNITS_S4_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8 with weights of 4 bits, four channels of a pixel at a time, for cores with the DSP extension. A fully
 * connected layer is one image of one row, whose pixels are its rows.
 *
 * Computes the output rows [y0, y1) as cg_conv_2d_s4 does: y0, y1 and pad_top count from the top of the whole output,
 * `output` points to the first byte of row y0. With batches > 1 the input is a whole tensor.
 *
 *   stream   blocks of channels as cg_units_s4.h says, the weights of a filter in their order, filled up with zeros;
 *            those behind the last channel are zeros
 *   eights   of a filter: filter_height * filter_width * input_channels / 8, rounded up
 *   scratch  24 * eights bytes, 4-byte aligned: the values of a pixel, and its window as int8
 *   correction  8 where activation_min is below the output's zero point, else 0
 *   activation_min, activation_max  bounds beyond the saturation; -128 and 127 cost nothing
 *
 * Bounds: those of cg_conv_2d_s4; no groups.
 *
 * Aliasing: input and output may overlap. The window of each output pixel, in raster order over the rows of the call,
 * is read before the pixel is written, and never again.
 *
 * Arithmetic: that of cg_conv_2d_s4; codegen/operators/_dsp/requantize.py proves the short requantization.
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
    int32_t eights;
    int32_t correction;
    int32_t activation_min;
    int32_t activation_max;
} cg_conv_2d_units_s4_params;

void cg_conv_2d_units_s4(const cg_conv_2d_units_s4_params *params, const cg_rows *input, const int32_t *stream,
                         int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_UNITS_S4_H */
