/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MAX_POOL_2D_S8_H
#define CG_MAX_POOL_2D_S8_H

#include <stdint.h>

#include "cg_pool_2d.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * MAX_POOL_2D of int8; input and output have the same scale and zero point. Padding does not count.
 *
 * Computes the output rows [y0, y1); y0 and y1 count from the top of the whole output, and so does pad_top. `output`
 * points to the first byte of row y0; rows follow each other without gaps. With batches > 1 the input is a whole
 * tensor (capacity == height), its images follow each other, and so do the bands of y1 - y0 output rows.
 *
 * Bounds: see cg_pool_2d_s8_params. A window without any element gives activation_min.
 *
 * Aliasing: input and output may overlap. Output pixels are written in raster order and the channels of a pixel in
 * ascending order; channel c of a pixel is written after channel c of its window was read. So a channel may be written
 * over the same channel of a pixel of its own window, if no later window covers that.
 *
 * Arithmetic: reference_integer_ops::MaxPool of TFLite Micro.
 */
void cg_max_pool_2d_s8(const cg_pool_2d_s8_params *params, const cg_rows *input, int32_t y0, int32_t y1,
                       int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MAX_POOL_2D_S8_H */
