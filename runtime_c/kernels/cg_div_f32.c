/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_div_f32.h"

#include "cg_float.h"

void cg_div_f32(const cg_broadcast *shape, float low, float high, const float *input1, const float *input2,
                float *output) {
    CG_BROADCAST(shape, float, input1, float, input2, output, cg_clamp_f32(a / b, low, high));
}
