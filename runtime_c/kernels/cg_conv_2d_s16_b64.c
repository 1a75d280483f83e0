/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_conv_2d_s16_b64.h"

#include <stddef.h>

#include "cg_conv_2d_rows.h"
#include "cg_conv_2d_s16_mve.h"
#include "cg_weighted_s16.h"

static int64_t cg_add(const cg_conv_2d_s8_params *params, int64_t sum, int16_t element, int8_t weight) {
    return sum + (int64_t)cg_term_s16(element, params->input_offset, weight);
}

static int16_t cg_finish(const cg_conv_2d_s8_params *params, const cg_factors *factors, int64_t sum, int64_t bias,
                         int32_t channel) {
    const int32_t scaled = cg_scale_sum_b64(sum + bias, factors->multiplier[channel], factors->shift[channel]);
    return cg_finish_s16(scaled, params->output_offset, params->activation_min, params->activation_max);
}

CG_DEFINE_CONV_2D(cg_all_rows, cg_conv_2d_s8_params, int16_t, int8_t, int64_t, int64_t, cg_add, cg_finish)

#if defined(__ARM_FEATURE_MVE)
CG_DEFINE_CONV_2D_S16(cg_symmetric_rows, int64_t, int64_t, cg_finish)
#endif

void cg_conv_2d_s16_b64(const cg_conv_2d_s8_params *params, const cg_rows *input, const int8_t *weights,
                        const int64_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0, int32_t y1,
                        int16_t *output) {
    cg_factors factors;
    factors.multiplier = multiplier;
    factors.shift = shift;
#if defined(__ARM_FEATURE_MVE)
    if (params->input_offset == 0) {
        cg_symmetric_rows(params, input, weights, bias, &factors, y0, y1, output);
        return;
    }
#endif
    cg_all_rows(params, input, weights, bias, &factors, y0, y1, output);
}
