/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_transpose_conv_s16.h"

#include "cg_transpose_conv_rows.h"
#include "cg_weighted_s16.h"

static int64_t cg_add_products(const cg_transpose_conv_s8_params *params, int64_t sum, const int16_t *elements,
                               const int8_t *weights, int32_t count) {
    (void)params;
    for (int32_t i = 0; i < count; ++i) {
        sum += (int64_t)cg_term_s16(elements[i], 0, weights[i]);
    }
    return sum;
}

static int16_t cg_finish(const cg_transpose_conv_s8_params *params, const cg_factors *factors, int64_t sum,
                         int64_t bias, int32_t channel) {
    const int32_t scaled = cg_scale_sum_b64(sum + bias, factors->multiplier[channel], factors->shift[channel]);
    return cg_finish_s16(scaled, 0, params->activation_min, params->activation_max);
}

CG_DEFINE_TRANSPOSE_CONV(cg_all_rows, cg_transpose_conv_s8_params, int16_t, int8_t, int64_t, int64_t, cg_add_products,
                         cg_finish)

void cg_transpose_conv_s16(const cg_transpose_conv_s8_params *params, const cg_rows *input, const int8_t *weights,
                           const int64_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0, int32_t y1,
                           int16_t *output) {
    cg_factors factors;
    factors.multiplier = multiplier;
    factors.shift = shift;
    cg_all_rows(params, input, weights, bias, &factors, y0, y1, output);
}
