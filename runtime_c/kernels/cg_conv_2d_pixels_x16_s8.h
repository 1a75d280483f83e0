/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_PIXELS_X16_S8_H
#define CG_CONV_2D_PIXELS_X16_S8_H

#include <stdint.h>

#include "cg_matmul_x16_s8.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8 by filters of one pixel, with any stride. Computes the output rows [y0, y1) as cg_conv_2d_s8 says;
 * `matmul`, weights, factors, scratch and the arithmetic are those of cg_matmul_x16_s8, whose depth is the input
 * channels.
 *
 * Aliasing: that of cg_matmul_x16_s8, within runs of output pixels whose input pixels are as far from each other: a
 * row, or with a stride of 1 rows that follow each other in memory.
 */
typedef struct {
    cg_matmul_x16_s8_params matmul;
    int32_t batches;
    int32_t input_width;
    int32_t output_width;
    int32_t stride_height;
    int32_t stride_width;
} cg_conv_2d_pixels_x16_s8_params;

void cg_conv_2d_pixels_x16_s8(const cg_conv_2d_pixels_x16_s8_params *params, const cg_rows *input,
                              const int8_t *weights, const int32_t *factors, int32_t y0, int32_t y1, void *scratch,
                              int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_PIXELS_X16_S8_H */
