/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_reduce_prod_s32.h"

#include "cg_wrapping.h"

void cg_reduce_prod_s32(const cg_reduction *reduction, const int32_t *input, int32_t *output) {
    CG_REDUCE(reduction, int32_t, input, int32_t, 1, result = cg_wrapping_multiply(result, value), output, result);
}
