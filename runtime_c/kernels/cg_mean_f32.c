/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_mean_f32.h"

void cg_mean_f32(const cg_reduction *reduction, float divisor, const float *input, float *output) {
    CG_REDUCE(reduction, float, input, float, 0.0f, result += value, output, result / divisor);
}
