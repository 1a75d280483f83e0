/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_squared_difference_f32.h"

void cg_squared_difference_f32(const cg_broadcast *shape, const float *input1, const float *input2, float *output) {
    CG_BROADCAST(shape, float, input1, float, input2, output, (a - b) * (a - b));
}
