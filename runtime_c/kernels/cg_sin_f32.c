/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_sin_f32.h"

#include <math.h>

#include "cg_unary.h"

void cg_sin_f32(const float *input, int32_t count, float *output) {
    CG_UNARY(float, input, count, output, sinf(x));
}
