/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_STRIPS_X16_S8_H
#define CG_CONV_2D_STRIPS_X16_S8_H

#include <stdint.h>

#include "cg_matmul_x16_s8.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8 without groups or dilation, for narrow outputs and few input channels. Computes the output rows
 * [y0, y1) as cg_conv_2d_s8 says.
 *
 * For each output column the input that it needs is gathered in scratch row by row: of each row the filter's columns,
 * of each its channels. So the window of a pixel is one run of bytes, windows of pixels below each other overlap, and
 * cg_matmul_x16_s8 does the rest; its depth is that of a window, in which weights are in the order of the file, and its
 * pitch is a row of outputs.
 *
 *   scratch  what cg_matmul_x16_s8 needs, filled up to a multiple of 4 (`matmul_scratch`), and then the strip:
 *            ((y1 - y0 - 1) * stride_height + filter_height) * filter_width * input_channels bytes
 *
 * Bounds: those of cg_conv_2d_s8 and of cg_matmul_x16_s8.
 *
 * Aliasing: none; the input is read again for every column of outputs.
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
    int32_t pad_top;
    int32_t pad_left;
    int32_t input_zero_point;
    int32_t matmul_scratch;
} cg_conv_2d_strips_x16_s8_params;

void cg_conv_2d_strips_x16_s8(const cg_conv_2d_strips_x16_s8_params *params, const cg_rows *input,
                              const int8_t *weights, const int32_t *factors, int32_t y0, int32_t y1, void *scratch,
                              int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_STRIPS_X16_S8_H */
