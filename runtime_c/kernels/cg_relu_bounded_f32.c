/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_relu_bounded_f32.h"

#include "cg_float.h"
#include "cg_unary.h"

void cg_relu_bounded_f32(float low, float high, const float *input, int32_t count, float *output) {
    CG_UNARY(float, input, count, output, cg_clamp_f32(x, low, high));
}
