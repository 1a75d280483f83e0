/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SMALL_CONV_S8_H
#define CG_SMALL_CONV_S8_H

#include <stddef.h>
#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8 in little code, also DEPTHWISE_CONV_2D of one input channel and FULLY_CONNECTED (rows are pixels):
 * one loop for every window, two pixels times two channels at a time, whatever form the weights have.
 *
 *   channels  for each output channel 256 * bias (the input's zero point folded in) + shift, multiplier and offset, as
 *             cg_short_requantize_by takes them
 *   scratch   with the bytes of a filter filled up to a multiple of 4: 2 * bytes, and with the DSP extension 4 * bytes
 *             more; 4-byte aligned
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

typedef struct cg_small_conv cg_small_conv;

/*
 * Adds the products of the next two channels, of the next one only where `partner` is 0, to their sums: of pixel 0,
 * then of pixel 1. Goes on in the weights.
 */
typedef void cg_small_products(cg_small_conv *conv, int32_t partner, uint32_t sums[4]);

/* What the caller fills in, and behind `table` what the call adds. */
struct cg_small_conv {
    const cg_conv_2d_small_params *params;
    const int32_t *channels;
    cg_small_products *products;
    const void *weights; /* of the first channel */
    const void *table;   /* of `products` */

    const int8_t *at;  /* weights of the channels at hand */
    int8_t *windows;   /* of two pixels, `bytes` each */
    uint32_t *widened; /* with the DSP extension the same as int16 (cg_widen_quad), two words of each pixel in turn */
    ptrdiff_t bytes;
};

/* The output rows [y0, y1) as cg_conv_2d_s8 computes them. */
void cg_small_conv_s8(cg_small_conv *conv, const cg_rows *input, int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SMALL_CONV_S8_H */
