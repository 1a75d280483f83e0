/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_gelu_f32.h"

#include <math.h>

#include "cg_unary.h"

void cg_gelu_f32(const float *input, int32_t count, float *output) {
    CG_UNARY(float, input, count, output, 0.5f * x * erfcf(x * -0.707106781f));
}
