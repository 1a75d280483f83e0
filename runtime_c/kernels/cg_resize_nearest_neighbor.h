/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RESIZE_NEAREST_NEIGHBOR_H
#define CG_RESIZE_NEAREST_NEIGHBOR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * RESIZE_NEAREST_NEIGHBOR: each pixel of the output is one of the input.
 *
 *   row_of, column_of  the input's row (column) for each row (column) of the output: made by the compiler, with the
 *                      reference's float arithmetic
 *   pixel_bytes        bytes of all channels of a pixel
 *
 * Bounds: all numbers >= 1; row_of < input_height; column_of < input_width.
 *
 * Aliasing: output must not overlap input.
 *
 * Source: reference_ops::ResizeNearestNeighbor of TFLite Micro. Only bytes are copied, so all types are alike.
 */
typedef struct {
    int32_t batches;
    int32_t input_height;
    int32_t input_width;
    int32_t output_height;
    int32_t output_width;
    int32_t pixel_bytes;
    const int16_t *row_of;
    const int16_t *column_of;
} cg_resize_nearest_neighbor_params;

void cg_resize_nearest_neighbor(const cg_resize_nearest_neighbor_params *params, const void *input, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_RESIZE_NEAREST_NEIGHBOR_H */
