/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_TAPS_S8_H
#define CG_DEPTHWISE_CONV_2D_TAPS_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEPTHWISE_CONV_2D of int8 with a multiplier of 1, for cores with the DSP extension: pixel by pixel, four neighbouring
 * channels at a time, two taps of the window an instruction.
 *
 * Computes the output rows [y0, y1) as cg_depthwise_conv_2d_s8 does: y0, y1 and pad_top count from the top of the
 * whole output, `output` points to the first byte of row y0. With batches > 1 the input is a whole tensor.
 *
 *   channels at least 4
 *   taps    of a window: filter_height * filter_width, at least 2 (a single tap twice, with a dilation of 0)
 *   stream  for every four channels: the bias of each times 2^8 with the input's zero point folded in; for every two
 *           taps a word of each channel, for a last tap a word of channels 0, 2 and one of channels 1, 3: halves are
 *           weights times 2^8; a word of four shifts; multiplier and offset of each (cg_short_requantize_by). Where
 *           channels are no multiple of four, the last four channels follow with zeros for those that were there before
 *   zeros   bytes of a pixel of the input's zero point in scratch: `channels` where windows reach into padding, else 0
 *   scratch 4 * taps bytes, then `zeros` bytes; 4-byte aligned
 *   activation_min, activation_max  bounds beyond the saturation; -128 and 127 cost nothing
 *
 * Bounds: those of cg_depthwise_conv_2d_s8.
 *
 * Aliasing: the output may lie over input pixels and channels that are not read any more; four channels of a pixel are
 * written when all taps of these are read.
 *
 * Arithmetic: that of cg_depthwise_conv_2d_s8; codegen/operators/_dsp/requantize.py proves the short requantization.
 */
typedef struct {
    int32_t batches;
    int32_t channels;
    int32_t input_width;
    int32_t output_width;
    int32_t filter_height;
    int32_t filter_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t zeros;
    int32_t input_zero_point;
    int32_t activation_min;
    int32_t activation_max;
} cg_depthwise_conv_2d_taps_s8_params;

void cg_depthwise_conv_2d_taps_s8(const cg_depthwise_conv_2d_taps_s8_params *params, const cg_rows *input,
                                  const int32_t *stream, int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_TAPS_S8_H */
