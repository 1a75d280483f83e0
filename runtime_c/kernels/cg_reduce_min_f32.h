/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REDUCE_MIN_F32_H
#define CG_REDUCE_MIN_F32_H

#include <stdint.h>

#include "cg_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * REDUCE_MIN of float over any axes. What is not a number is passed over.
 *
 * Bounds and aliasing: those of cg_reduction.
 *
 * Arithmetic: EvalMinMaxHelper of TFLite Micro.
 */
void cg_reduce_min_f32(const cg_reduction *reduction, const float *input, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_REDUCE_MIN_F32_H */
