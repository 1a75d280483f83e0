/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_transpose_conv_s8.h"

#include "cg_dot.h"
#include "cg_requantize.h"
#include "cg_transpose_conv_rows.h"

static int32_t cg_add_products(const cg_transpose_conv_s8_params *params, int32_t sum, const int8_t *elements,
                               const int8_t *weights, int32_t count) {
    return sum + cg_dot_s8(elements, weights, count, params->input_offset);
}

static int8_t cg_finish(const cg_transpose_conv_s8_params *params, const cg_factors *factors, int32_t sum, int32_t bias,
                        int32_t channel) {
    return cg_requantize_s8(cg_wrapping_add(sum, bias), factors->multiplier[channel], factors->shift[channel],
                            params->output_offset, params->activation_min, params->activation_max);
}

CG_DEFINE_TRANSPOSE_CONV(cg_all_rows, cg_transpose_conv_s8_params, int8_t, int8_t, int32_t, int32_t, cg_add_products,
                         cg_finish)

void cg_transpose_conv_s8(const cg_transpose_conv_s8_params *params, const cg_rows *input, const int8_t *weights,
                          const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0, int32_t y1,
                          int8_t *output) {
    cg_factors factors;
    factors.multiplier = multiplier;
    factors.shift = shift;
    cg_all_rows(params, input, weights, bias, &factors, y0, y1, output);
}
