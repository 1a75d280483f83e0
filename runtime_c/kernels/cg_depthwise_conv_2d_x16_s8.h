/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_X16_S8_H
#define CG_DEPTHWISE_CONV_2D_X16_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEPTHWISE_CONV_2D of int8 by patches: one output channel for each input channel, no dilation, small filters. Computes
 * the output rows [y0, y1) as cg_depthwise_conv_2d_s8 says.
 *
 * Outputs are computed in tiles of four, from one or two patches of 16 input pixels each. In a patch, pixels are in an
 * order in which the taps of one output are those of another, some places further: so one row of weights serves both.
 *
 *   weights    `shift` zeros, then 16 bytes for each channel: the taps in the order of a patch, and at least `shift`
 *              zeros behind them
 *   factors    [channels][3]: bias with the input's zero point times the weights folded in, multiplier, shift
 *   positions  [patches][16][2]: row and column of each pixel of a patch in the window of the tile
 *   outputs    [4][3]: row and column of each output in the tile (255: there is none), and by how many places the
 *              weights move for it; the first half from patch 0 where there are two patches
 *   scratch    2 * channels bytes, aligned to 4
 *
 * Bounds, proven by the compiler: channels are a multiple of 4, input and output are aligned to 4, a tile's window has
 * at most CG_DEPTHWISE_X16_ROWS rows; shifts in [-31, 0]; no accumulator leaves 32 bits. `careful` is that of
 * cg_matmul_x16_s8.
 *
 * Aliasing: rows of tiles are computed one after the other, and are read while they are written; the output may lie
 * over input rows that no later row of tiles needs.
 *
 * Arithmetic: TFLite 8-bit quantization specification; reference_integer_ops::DepthwiseConvPerChannel of TFLite Micro.
 */
typedef struct {
    int32_t batches;
    int32_t channels;
    int32_t input_width;
    int32_t output_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t input_zero_point;
    int32_t output_offset;
    int32_t activation_min;
    int32_t activation_max;
    int32_t careful;
    int32_t patches;
    int32_t shift;
    int32_t tile_height; /* outputs */
    int32_t tile_width;
    int32_t window_height; /* of a tile, input pixels */
    int32_t window_width;
} cg_depthwise_conv_2d_x16_s8_params;

#define CG_DEPTHWISE_X16_ROWS 16

void cg_depthwise_conv_2d_x16_s8(const cg_depthwise_conv_2d_x16_s8_params *params, const cg_rows *input,
                                 const int8_t *weights, const int32_t *factors, const uint8_t *positions,
                                 const uint8_t *outputs, int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_X16_S8_H */
