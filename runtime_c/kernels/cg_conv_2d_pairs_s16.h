/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_PAIRS_S16_H
#define CG_CONV_2D_PAIRS_S16_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int16 with weights of int8, by tiles of three pixels, for cores with the DSP extension.
 *
 * Computes the output rows [y0, y1) as cg_conv_2d_s16_b64 does: y0, y1 and pad_top count from the top of the whole
 * output, `output` points to the first element of row y0. With batches > 1 the input is a whole tensor.
 *
 *   stream   pairs of channels as cg_pairs_tile_s16.h says; the weights of a filter in their order
 *   quads    of a filter: filter_height * filter_width * input_channels / 4
 *   scratch  24 * quads bytes for the values of three pixels, and 2 * input_channels that stand for padding; 4-byte
 *            aligned
 *   positive  activation_min is 0: outputs are saturated to [0, 32767], else to int16; tighter bounds cost more
 *
 * Bounds: those of cg_conv_2d_s16_b64; no groups; input_channels is a multiple of 4. Rows of the input and slots of a
 * ring are 4-byte aligned. For every input the sums fit 32 bits.
 *
 * Aliasing: input and output may overlap. The windows of three output pixels, in raster order over the rows of the
 * call, are read before any of these pixels is written, and never again. (The last tile has what is left.)
 *
 * Arithmetic: that of cg_conv_2d_s16_b64.
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
    int32_t quads;
    int32_t positive;
    int32_t activation_min;
    int32_t activation_max;
} cg_conv_2d_pairs_s16_params;

void cg_conv_2d_pairs_s16(const cg_conv_2d_pairs_s16_params *params, const cg_rows *input, const int32_t *stream,
                          int32_t y0, int32_t y1, void *scratch, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_PAIRS_S16_H */
