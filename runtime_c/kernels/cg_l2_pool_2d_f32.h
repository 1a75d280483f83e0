/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_L2_POOL_2D_F32_H
#define CG_L2_POOL_2D_F32_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * L2_POOL_2D of float: the square root of the mean of the squares of a window. Padding does not count.
 *
 * Computes the output rows [y0, y1); y0 and y1 count from the top of the whole output, and so does pad_top. `output`
 * points to the first element of row y0; rows follow each other without gaps. With batches > 1 the input is a whole
 * tensor (capacity == height), its images follow each other, and so do the bands of y1 - y0 output rows.
 *
 * Bounds: dimensions and strides are at least 1, paddings at least 0, and each window covers at least one element of
 * the input; activation_min <= activation_max.
 *
 * Aliasing: as cg_average_pool_2d_s8.
 *
 * Arithmetic: reference_ops::L2Pool of TFLite Micro, added in the same order.
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
    int32_t pad_top;
    int32_t pad_left;
    float activation_min;
    float activation_max;
} cg_l2_pool_2d_f32_params;

void cg_l2_pool_2d_f32(const cg_l2_pool_2d_f32_params *params, const cg_rows *input, int32_t y0, int32_t y1,
                       float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_L2_POOL_2D_F32_H */
