/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_PAIRS_S16_H
#define CG_DEPTHWISE_CONV_2D_PAIRS_S16_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEPTHWISE_CONV_2D of int16 with weights of int8, one output channel for each input channel, two taps of two channels
 * at a time, for cores with the DSP extension.
 *
 * Computes the output rows [y0, y1) as cg_depthwise_conv_2d_s16_b64 does: y0, y1 and pad_top count from the top of
 * the whole output, `output` points to the first element of row y0. With batches > 1 the input is a whole tensor.
 *
 *   stream   pairs of channels as cg_depthwise_taps_s16.h says; of an odd number of taps a weight of 0 follows
 *   scratch  a pointer for each tap and one more, and 2 * channels bytes that stand for padding; aligned as pointers
 *   positive  activation_min is 0: outputs are saturated to [0, 32767], else to int16; tighter bounds cost more
 *
 * Bounds: those of cg_depthwise_conv_2d_s16_b64; `channels` is even. Rows of the input and slots of a ring are 4-byte
 * aligned. For every input the sums fit 32 bits.
 *
 * Aliasing: input and output may overlap as far as those of cg_depthwise_conv_2d_s16_b64: pixels are computed in raster
 * order, and a pixel's channels one pair after the other.
 *
 * Arithmetic: that of cg_depthwise_conv_2d_s16_b64; codegen/operators/_dsp/int16.py proves the short requantization.
 */
typedef struct {
    int32_t batches;
    int32_t input_width;
    int32_t channels;
    int32_t filter_height;
    int32_t filter_width;
    int32_t output_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t positive;
    int32_t activation_min;
    int32_t activation_max;
} cg_depthwise_conv_2d_pairs_s16_params;

void cg_depthwise_conv_2d_pairs_s16(const cg_depthwise_conv_2d_pairs_s16_params *params, const cg_rows *input,
                                    const int32_t *stream, int32_t y0, int32_t y1, void *scratch, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_PAIRS_S16_H */
