/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_logistic_f32.h"

#include <math.h>

#include "cg_unary.h"

/* Above the upper bound the result rounds to 1, below the lower one the 1 in the denominator is too small to count. */
static float cg_sigmoid(float x) {
    if (x > 16.619047164916992188f) {
        return 1.0f;
    }
    return (x < -9.0f) ? expf(x) : 1.0f / (1.0f + expf(-x));
}

void cg_logistic_f32(const float *input, int32_t count, float *output) {
    CG_UNARY(float, input, count, output, cg_sigmoid(x));
}
