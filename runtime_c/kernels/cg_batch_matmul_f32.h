/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_BATCH_MATMUL_F32_H
#define CG_BATCH_MATMUL_F32_H

#include <stdint.h>

#include "cg_batch_matmul_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * BATCH_MATMUL of float. Shape and aliasing: as cg_batch_matmul_s8.
 *
 * Arithmetic: reference_ops::BatchMatMul of TFLite Micro, added in the same order.
 */
void cg_batch_matmul_f32(const cg_batch_matmul_shape *shape, const float *lhs, const float *rhs, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_BATCH_MATMUL_F32_H */
