/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_floor_mod_f32.h"

#include <math.h>

static float cg_floor_mod(float a, float b) {
    const float rest = fmodf(a, b);
    return (rest != 0.0f && (b < 0.0f) != (rest < 0.0f)) ? rest + b : rest;
}

void cg_floor_mod_f32(const cg_broadcast *shape, const float *input1, const float *input2, float *output) {
    CG_BROADCAST(shape, float, input1, float, input2, output, cg_floor_mod(a, b));
}
