/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_leaky_relu_f32.h"

#include "cg_unary.h"

void cg_leaky_relu_f32(float alpha, const float *input, int32_t count, float *output) {
    CG_UNARY(float, input, count, output, (x > 0.0f) ? x : x *alpha);
}
