/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_PAIRS_S8_H
#define CG_DEPTHWISE_CONV_2D_PAIRS_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEPTHWISE_CONV_2D of int8 with a multiplier of 1 and windows of 3 x 3, strides of 1 or 2, for cores with the DSP
 * extension: two products an instruction.
 *
 * Computes the output rows [y0, y1) as cg_depthwise_conv_2d_s8 does: y0, y1 and height.pad count from the top of the
 * whole output, `output` points to the first byte of row y0. With batches > 1 the input is a whole tensor.
 *
 * Four channels at a time, line by line. A line is a row, or with `upright` a column; outputs of a line follow each
 * other "along" it, lines lie "across". The input lines of a window are kept in scratch with their channels taken
 * apart, each line once. `upright` wants all input rows in slots one after the other (capacity >= height).
 *
 *   table  per channel the bias times 2^8 with the input's zero point folded in; for each line of the window a word of
 *          the weights w0, w1, w1, w2; multiplier, offset and shift (cg_short_requantize)
 *   part   outputs of a line that are computed together, for all lines: a multiple of 4, or all
 *   groups words of a line in scratch: pairs of columns that `part` outputs need
 *   scratch  48 * groups bytes, 4-byte aligned
 *   activation_min, activation_max  bounds beyond the saturation; -128 and 127 cost nothing
 *
 * Bounds: those of cg_depthwise_conv_2d_s8; sizes fit an int16.
 *
 * Aliasing: input and output may overlap where each byte of the output is one of the same channel in the input (they
 * lie a multiple of `channels` bytes apart) and no output byte lies on input of a line that is still to be read: line
 * o of the output is written when lines up to o * stride - pad + 2 of the input have been read, of one part after the
 * other.
 *
 * Arithmetic: that of cg_depthwise_conv_2d_s8; codegen/operators/_dsp/requantize.py proves the short requantization.
 */
typedef struct {
    uint16_t size;    /* of the input */
    uint16_t outputs; /* of the whole output */
    uint16_t stride;
    int16_t pad; /* in front */
} cg_depthwise_axis;

typedef struct {
    uint16_t batches;
    uint16_t channels;
    cg_depthwise_axis height;
    cg_depthwise_axis width;
    uint16_t upright;
    int32_t part;
    int32_t groups;
    int16_t input_zero_point;
    int8_t linear;
    int8_t activation_min;
    int8_t activation_max;
} cg_depthwise_conv_2d_pairs_s8_params;

void cg_depthwise_conv_2d_pairs_s8(const cg_depthwise_conv_2d_pairs_s8_params *params, const cg_rows *input,
                                   const int32_t *table, int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_PAIRS_S8_H */
