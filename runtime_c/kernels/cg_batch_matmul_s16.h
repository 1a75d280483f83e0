/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_BATCH_MATMUL_S16_H
#define CG_BATCH_MATMUL_S16_H

#include <stdint.h>

#include "cg_batch_matmul_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * BATCH_MATMUL of int16 with sums of 64 bits. Shape and aliasing: as cg_batch_matmul_s8.
 *
 * Bounds: depth < 2^17; shift in [-31, 7].
 *
 * Arithmetic: reference_ops::BatchMatMul of TFLite Micro.
 */
void cg_batch_matmul_s16(const cg_batch_matmul_shape *shape, int32_t multiplier, int32_t shift, const int16_t *lhs,
                         const int16_t *rhs, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_BATCH_MATMUL_S16_H */
