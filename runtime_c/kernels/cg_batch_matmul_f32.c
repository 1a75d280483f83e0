/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_batch_matmul_f32.h"

#include "cg_batch_matmul.h"

void cg_batch_matmul_f32(const cg_batch_matmul_shape *shape, const float *lhs, const float *rhs, float *output) {
    CG_BATCH_MATMUL(shape, float, lhs, rhs, float, a *b, output, sum);
}
