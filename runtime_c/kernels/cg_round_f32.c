/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_round_f32.h"

#include <math.h>

#include "cg_unary.h"

/* What is no half has one neighbour, so only the parity of halves, which are small, is asked for. */
static float cg_round_to_nearest(float x) {
    const float below = floorf(x);
    const float rest = x - below;
    const int goes_down = (rest < 0.5f) || (rest == 0.5f && ((int32_t)below & 1) == 0);
    return goes_down ? below : below + 1.0f;
}

void cg_round_f32(const float *input, int32_t count, float *output) {
    CG_UNARY(float, input, count, output, cg_round_to_nearest(x));
}
