/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_fully_connected_f32_s8.h"

#include <stddef.h>

#include "cg_dot.h"
#include "cg_float.h"
#include "cg_hybrid.h"

void cg_fully_connected_f32_s8(const cg_fully_connected_f32_s8_params *params, const float *input,
                               const int8_t *weights, const float *scale, const float *bias, void *scratch,
                               float *output) {
    const int32_t depth = params->depth;
    int8_t *quantized = (int8_t *)scratch;

    for (int32_t batch = 0; batch < params->batches; ++batch) {
        const cg_hybrid_scale row = cg_quantize_hybrid(input, depth, params->asymmetric, quantized);
        for (int32_t unit = 0; unit < params->units; ++unit) {
            const int32_t sum = cg_dot_s8(quantized, weights + (ptrdiff_t)unit * depth, depth, -row.offset);
            const float factor = row.factor * scale[unit * params->scale_step];
            const float real = (bias != NULL ? bias[unit] : 0.0f) + (float)sum * factor;
            *output++ = cg_clamp_f32(real, params->activation_min, params->activation_max);
        }
        input += depth;
    }
}
