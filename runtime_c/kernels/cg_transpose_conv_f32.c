/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_transpose_conv_f32.h"

#include "cg_float.h"
#include "cg_transpose_conv_rows.h"

static float cg_add_products(const cg_transpose_conv_f32_params *params, float sum, const float *elements,
                             const float *weights, int32_t count) {
    (void)params;
    for (int32_t i = 0; i < count; ++i) {
        sum += elements[i] * weights[i];
    }
    return sum;
}

static float cg_finish(const cg_transpose_conv_f32_params *params, const cg_factors *factors, float sum, float bias,
                       int32_t channel) {
    (void)factors;
    (void)channel;
    return cg_clamp_f32(sum + bias, params->activation_min, params->activation_max);
}

CG_DEFINE_TRANSPOSE_CONV(cg_all_rows, cg_transpose_conv_f32_params, float, float, float, float, cg_add_products,
                         cg_finish)

void cg_transpose_conv_f32(const cg_transpose_conv_f32_params *params, const cg_rows *input, const float *weights,
                           const float *bias, int32_t y0, int32_t y1, float *output) {
    cg_all_rows(params, input, weights, bias, NULL, y0, y1, output);
}
