/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REDUCE_PROD_F32_H
#define CG_REDUCE_PROD_F32_H

#include <stdint.h>

#include "cg_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * REDUCE_PROD of float over any axes, in raster order.
 *
 * Bounds and aliasing: those of cg_reduction.
 *
 * Arithmetic: reference_ops::ReduceGeneric of LiteRT.
 */
void cg_reduce_prod_f32(const cg_reduction *reduction, const float *input, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_REDUCE_PROD_F32_H */
