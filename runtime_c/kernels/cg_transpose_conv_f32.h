/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_TRANSPOSE_CONV_F32_H
#define CG_TRANSPOSE_CONV_F32_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * TRANSPOSE_CONV of float.
 *
 * Rows, images, arrays and aliasing: as cg_transpose_conv_s8; `output` points to the first element of row y0.
 *
 * Bounds: as cg_transpose_conv_s8, without those of sums and offsets; activation_min <= activation_max.
 *
 * Arithmetic: reference_ops::TransposeConv of TFLite Micro, added in the same order.
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
    int32_t pad_top;
    int32_t pad_left;
    float activation_min;
    float activation_max;
} cg_transpose_conv_f32_params;

void cg_transpose_conv_f32(const cg_transpose_conv_f32_params *params, const cg_rows *input, const float *weights,
                           const float *bias, int32_t y0, int32_t y1, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_TRANSPOSE_CONV_F32_H */
