/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_SMALL_S8_H
#define CG_CONV_2D_SMALL_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8 in little code, also DEPTHWISE_CONV_2D of one input channel and FULLY_CONNECTED (rows are pixels):
 * one loop for every window, two pixels times two channels at a time.
 *
 * Computes the output rows [y0, y1) as cg_conv_2d_s8 does: y0, y1 and pad_top count from the top of the whole
 * output, `output` points to the first byte of row y0. With batches > 1 the input is a whole tensor.
 *
 *   weights   [output_channels][filter_height][filter_width][input_channels] as the model has them, each filter filled
 *             up to a multiple of 4 bytes
 *   channels  for each output channel bias (the input's zero point folded in), multiplier, offset and shift, as
 *             cg_short_requantize takes them
 *   scratch   with the bytes of a filter: 2 * bytes, and with the DSP extension 4 * bytes more; 4-byte aligned
 *
 * Bounds: those of cg_conv_2d_s8; no groups; sums as codegen/operators/_dsp/requantize.py bounds them.
 *
 * Aliasing: input and output may overlap. The windows of two output pixels, in raster order over the rows of the call,
 * are read before either is written, and never again. (The last tile has what is left.)
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
    int8_t input_zero_point;
    int8_t linear;
    int8_t activation_min;
    int8_t activation_max;
} cg_conv_2d_small_params;

void cg_conv_2d_small_s8(const cg_conv_2d_small_params *params, const cg_rows *input, const int8_t *weights,
                         const int32_t *channels, int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_SMALL_S8_H */
