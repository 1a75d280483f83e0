/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_sign_f32.h"

#include "cg_unary.h"

void cg_sign_f32(const float *input, int32_t count, float *output) {
    CG_UNARY(float, input, count, output, (x > 0.0f) ? 1.0f : (x < 0.0f) ? -1.0f : x);
}
