/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_pow_f32.h"

#include <math.h>

void cg_pow_f32(const cg_broadcast *shape, const float *input1, const float *input2, float *output) {
    CG_BROADCAST(shape, float, input1, float, input2, output, powf(a, b));
}
