/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_AVERAGE_POOL_2D_S16_H
#define CG_AVERAGE_POOL_2D_S16_H

#include <stdint.h>

#include "cg_pool_2d.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * AVERAGE_POOL_2D of int16; input and output have the same scale and zero point. Padding does not count.
 *
 * Rows, images and aliasing: as cg_average_pool_2d_s8; `output` points to the first element of row y0.
 *
 * Bounds: see cg_pool_2d_s16_params; filter_height * filter_width < 2^16.
 *
 * Arithmetic: sum / count, rounded to nearest, halves away from zero; reference_integer_ops::AveragePool of TFLite
 * Micro.
 */
void cg_average_pool_2d_s16(const cg_pool_2d_s16_params *params, const cg_rows *input, int32_t y0, int32_t y1,
                            int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_AVERAGE_POOL_2D_S16_H */
