/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_batch_matmul_s16.h"

#include "cg_batch_matmul.h"
#include "cg_requantize.h"
#include "cg_requantize_s64.h"

void cg_batch_matmul_s16(const cg_batch_matmul_shape *shape, int32_t multiplier, int32_t shift, const int16_t *lhs,
                         const int16_t *rhs, int16_t *output) {
    CG_BATCH_MATMUL(shape, int16_t, lhs, rhs, int64_t, (int64_t)((int32_t)a * (int32_t)b), output,
                    (int16_t)cg_clamp_s32(cg_requantize_s64(sum, multiplier, shift), INT16_MIN, INT16_MAX));
}
