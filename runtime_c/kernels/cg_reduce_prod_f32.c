/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_reduce_prod_f32.h"

void cg_reduce_prod_f32(const cg_reduction *reduction, const float *input, float *output) {
    CG_REDUCE(reduction, float, input, float, 1.0f, result *= value, output, result);
}
