/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_gelu_tanh_f32.h"

#include <math.h>

#include "cg_unary.h"

void cg_gelu_tanh_f32(const float *input, int32_t count, float *output) {
    CG_UNARY(float, input, count, output, 0.5f * x * (1.0f + tanhf(0.797884583f * (x + 0.044715f * x * x * x))));
}
