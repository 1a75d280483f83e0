/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MEAN_F32_H
#define CG_MEAN_F32_H

#include <stdint.h>

#include "cg_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * MEAN of float over any axes, and SUM with a divisor of 1. Elements are added in raster order, so that results are
 * those of the reference to the last bit.
 *
 * Bounds and aliasing: those of cg_reduction.
 *
 * Arithmetic: reference_ops::Mean and ReduceGeneric of TFLite Micro.
 */
void cg_mean_f32(const cg_reduction *reduction, float divisor, const float *input, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MEAN_F32_H */
