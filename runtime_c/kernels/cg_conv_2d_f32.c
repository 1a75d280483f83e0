/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_conv_2d_f32.h"

#include <stddef.h>

#include "cg_conv_2d_rows.h"
#include "cg_float.h"

static float cg_add(const cg_conv_2d_f32_params *params, float sum, float element, float weight) {
    (void)params;
    return sum + element * weight;
}

static float cg_finish(const cg_conv_2d_f32_params *params, const cg_factors *factors, float sum, float bias,
                       int32_t channel) {
    (void)factors;
    (void)channel;
    return cg_clamp_f32(sum + bias, params->activation_min, params->activation_max);
}

CG_DEFINE_CONV_2D(cg_all_rows, cg_conv_2d_f32_params, float, float, float, float, cg_add, cg_finish)

void cg_conv_2d_f32(const cg_conv_2d_f32_params *params, const cg_rows *input, const float *weights, const float *bias,
                    int32_t y0, int32_t y1, float *output) {
    cg_all_rows(params, input, weights, bias, NULL, y0, y1, output);
}
