/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_COLUMNS_X16_S8_H
#define CG_CONV_2D_COLUMNS_X16_S8_H

#include <stdint.h>

#include "cg_matmul_x16_s8.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8 without groups or horizontal dilation. Computes the output rows [y0, y1) as cg_conv_2d_s8 says.
 *
 * For up to `block` output pixels of a row, the input that they need is gathered in scratch column by column: of each
 * column the filter's rows, of each its channels. So the window of a pixel is one run of bytes, windows overlap, and
 * cg_matmul_x16_s8 does the rest; its depth is that of a window, in which weights are in the order
 * [column][row][channel].
 *
 *   offsets  [8 * input_channels], with less than 8 channels: where byte k of eight neighbouring columns of a row goes
 *            in scratch, in columns of filter_height * input_channels bytes. Else NULL.
 *   scratch  what cg_matmul_x16_s8 needs, filled up to a multiple of 4 (`matmul_scratch`), and then the columns:
 *            ((block - 1) * stride_width + filter_width) * filter_height * input_channels bytes
 *
 * Bounds: those of cg_conv_2d_s8 and of cg_matmul_x16_s8; 8 columns are less than 65536 bytes.
 *
 * Aliasing: the windows of `block` pixels are read before the first of their outputs is written.
 */
typedef struct {
    cg_matmul_x16_s8_params matmul;
    int32_t batches;
    int32_t input_width;
    int32_t input_channels;
    int32_t filter_height;
    int32_t filter_width;
    int32_t output_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t pad_top;
    int32_t pad_left;
    int32_t input_zero_point;
    int32_t block;
    int32_t matmul_scratch;
} cg_conv_2d_columns_x16_s8_params;

void cg_conv_2d_columns_x16_s8(const cg_conv_2d_columns_x16_s8_params *params, const cg_rows *input,
                               const int8_t *weights, const int32_t *factors, const uint16_t *offsets, int32_t y0,
                               int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_COLUMNS_X16_S8_H */
