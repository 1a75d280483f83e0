/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_AVERAGE_POOL_2D_F32_H
#define CG_AVERAGE_POOL_2D_F32_H

#include <stdint.h>

#include "cg_pool_2d.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * AVERAGE_POOL_2D of float. Padding does not count.
 *
 * Rows, images and aliasing: as cg_average_pool_2d_s8; `output` points to the first element of row y0.
 *
 * Bounds: see cg_pool_2d_f32_params.
 *
 * Arithmetic: sum / count, added in the order of reference_ops::AveragePool of TFLite Micro.
 */
void cg_average_pool_2d_f32(const cg_pool_2d_f32_params *params, const cg_rows *input, int32_t y0, int32_t y1,
                            float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_AVERAGE_POOL_2D_F32_H */
