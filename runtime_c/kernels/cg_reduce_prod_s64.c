/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_reduce_prod_s64.h"

void cg_reduce_prod_s64(const cg_reduction *reduction, const int64_t *input, int64_t *output) {
    CG_REDUCE(reduction, int64_t, input, uint64_t, 1, result *= (uint64_t)value, output, (int64_t)result);
}
