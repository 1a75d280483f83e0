/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_batch_matmul_s8.h"

#include "cg_batch_matmul.h"
#include "cg_requantize.h"

void cg_batch_matmul_s8(const cg_batch_matmul_shape *shape, int32_t lhs_offset, int32_t rhs_offset, int32_t multiplier,
                        int32_t shift, int32_t output_offset, const int8_t *lhs, const int8_t *rhs, int8_t *output) {
    CG_BATCH_MATMUL(shape, int8_t, lhs, rhs, int32_t, ((int32_t)a + lhs_offset) * ((int32_t)b + rhs_offset), output,
                    cg_requantize_s8(sum, multiplier, shift, output_offset, INT8_MIN, INT8_MAX));
}
