/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_reduce_min_f32.h"

#include <float.h>

void cg_reduce_min_f32(const cg_reduction *reduction, const float *input, float *output) {
    CG_REDUCE(reduction, float, input, float, FLT_MAX, result = (value < result) ? value : result, output, result);
}
