/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_cos_f32.h"

#include <math.h>

#include "cg_unary.h"

void cg_cos_f32(const float *input, int32_t count, float *output) {
    CG_UNARY(float, input, count, output, cosf(x));
}
