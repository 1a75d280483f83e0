/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RESIZE_BILINEAR_F32_H
#define CG_RESIZE_BILINEAR_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * RESIZE_BILINEAR of float: each element of the output is a weighted mean of four of the input.
 *
 *   rows, columns                two numbers for each row (column) of the output: the input's rows before and behind it
 *   row_weights, column_weights  the weight of the latter
 *
 * The tables are made by the compiler with the reference's float arithmetic.
 *
 * Bounds: all dimensions >= 1; rows and columns inside the input.
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: reference_ops::ResizeBilinear of TFLite Micro, the same operations in the same order; equal to the last
 * bit where products and sums are rounded one by one (no contraction to fused multiply-add).
 */
typedef struct {
    int32_t batches;
    int32_t input_height;
    int32_t input_width;
    int32_t output_height;
    int32_t output_width;
    int32_t channels;
    const int16_t *rows;
    const int16_t *columns;
    const float *row_weights;
    const float *column_weights;
} cg_resize_bilinear_f32_params;

void cg_resize_bilinear_f32(const cg_resize_bilinear_f32_params *params, const float *input, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_RESIZE_BILINEAR_F32_H */
