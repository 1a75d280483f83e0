/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_fully_connected_f32.h"

#include <stddef.h>

#include "cg_dot_f32.h"
#include "cg_float.h"

void cg_fully_connected_f32(const cg_fully_connected_f32_params *params, const float *input, const float *weights,
                            const float *bias, float *output) {
    for (int32_t batch = 0; batch < params->batches; ++batch) {
        for (int32_t unit = 0; unit < params->units; ++unit) {
            const float sum = cg_dot_f32(input, weights + (ptrdiff_t)unit * params->depth, params->depth);
            *output++ =
                cg_clamp_f32(sum + (bias != NULL ? bias[unit] : 0.0f), params->activation_min, params->activation_max);
        }
        input += params->depth;
    }
}
