/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_reduce_min_s8.h"

void cg_reduce_min_s8(const cg_reduction *reduction, const int8_t *input, int8_t *output) {
    CG_REDUCE(reduction, int8_t, input, int8_t, INT8_MAX, result = (value < result) ? value : result, output, result);
}
