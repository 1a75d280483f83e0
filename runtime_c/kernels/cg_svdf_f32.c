/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_svdf_f32.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "cg_dot_f32.h"
#include "cg_float.h"

static float cg_svdf_activated(const cg_svdf_f32_params *params, float value) {
    switch (params->activation) {
    case CG_SVDF_CLAMP:
        return cg_clamp_f32(value, params->activation_min, params->activation_max);
    case CG_SVDF_TANH:
        return tanhf(value);
    case CG_SVDF_SIGN_BIT:
        return signbit(value) ? 1.0f : 0.0f;
    default:
        return value;
    }
}

void cg_svdf_f32(const cg_svdf_f32_params *params, const float *input, const float *weights_feature,
                 const float *weights_time, const float *bias, float *state, float *output) {
    const int32_t memory = params->memory;
    for (int32_t batch = 0; batch < params->batches; ++batch) {
        const float *feature = weights_feature;
        const float *time = weights_time;
        for (int32_t unit = 0; unit < params->units; ++unit) {
            float sum = (bias != NULL) ? bias[unit] : 0.0f;
            for (int32_t filter = 0; filter < params->rank; ++filter) {
                memmove(state, state + 1, (size_t)(memory - 1) * sizeof(float));
                state[memory - 1] = cg_dot_f32(input, feature, params->depth);
                sum += cg_dot_f32(time, state, memory);
                feature += params->depth;
                time += memory;
                state += memory;
            }
            *output++ = cg_svdf_activated(params, sum);
        }
        input += params->depth;
    }
}
