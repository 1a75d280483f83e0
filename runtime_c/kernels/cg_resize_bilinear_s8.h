/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RESIZE_BILINEAR_S8_H
#define CG_RESIZE_BILINEAR_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * RESIZE_BILINEAR of int8: each element of the output is a mean of four of the input, weighted by 1/1024 in each
 * direction.
 *
 *   rows, columns  made by the compiler, three numbers for each row (column) of the output: the input's row before it,
 *                  the one behind it, and the weight of the latter, in 1/1024 (outside [0, 1024] only where both rows
 *                  are the same)
 *
 * Bounds: all dimensions >= 1; rows and columns inside the input.
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: reference_ops::ResizeBilinearInteger of TFLite Micro, halves away from zero. Its 64 bits are not needed:
 * the weights add up to 2^20, so that 32 bits hold each product and the sum.
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
} cg_resize_bilinear_s8_params;

void cg_resize_bilinear_s8(const cg_resize_bilinear_s8_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_RESIZE_BILINEAR_S8_H */
