/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_hard_swish_f32.h"

#include "cg_unary.h"

/* x in [0, 6]; 0 where x is not a number. */
static float cg_hard_gate(float x) {
    const float raised = (0.0f < x) ? x : 0.0f;
    return (raised < 6.0f) ? raised : 6.0f;
}

void cg_hard_swish_f32(const float *input, int32_t count, float *output) {
    CG_UNARY(float, input, count, output, x *cg_hard_gate(x + 3.0f) / 6.0f);
}
