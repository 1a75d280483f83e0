/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_SMALL_S8_H
#define CG_DEPTHWISE_CONV_2D_SMALL_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEPTHWISE_CONV_2D of int8 with as many output channels as input channels, in little code: one loop for every window,
 * with the DSP extension or MVE four channels at a time (their number is a multiple of 4 there).
 *
 * Computes the output rows [y0, y1) as cg_depthwise_conv_2d_s8 does: y0, y1 and pad_top count from the top of the
 * whole output, `output` points to the first byte of row y0. With batches > 1 the input is a whole tensor.
 *
 *   weights     [filter_height][filter_width][channels]
 *   requantize  for each channel 256 * bias (the input's zero point folded in) + shift, multiplier and offset, as
 *               cg_short_requantize_by takes them
 *   scratch     4 * filter_height * filter_width bytes, 4-byte aligned
 *
 * Bounds: those of cg_depthwise_conv_2d_s8; sums as codegen/operators/_dsp/requantize.py bounds them.
 *
 * Aliasing: input and output may overlap. Output pixels are written in raster order and the channels of a pixel in
 * ascending order; channel c of a pixel is written after channel c of its window was read.
 *
 * Arithmetic: that of cg_depthwise_conv_2d_s8; codegen/operators/_dsp/requantize.py proves the short requantization.
 */
typedef struct {
    uint16_t batches;
    uint16_t channels;
    uint16_t input_width;
    uint16_t filter_height;
    uint16_t filter_width;
    uint16_t output_width;
    uint16_t stride_height;
    uint16_t stride_width;
    uint16_t dilation_height;
    uint16_t dilation_width;
    int16_t pad_top;
    int16_t pad_left;
    int8_t input_zero_point;
    int8_t linear;
    int8_t activation_min;
    int8_t activation_max;
} cg_depthwise_conv_2d_small_params;

void cg_depthwise_conv_2d_small_s8(const cg_depthwise_conv_2d_small_params *params, const cg_rows *input,
                                   const int8_t *weights, const int32_t *requantize, int32_t y0, int32_t y1,
                                   void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_SMALL_S8_H */
