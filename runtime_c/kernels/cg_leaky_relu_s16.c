/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_leaky_relu_s16.h"

#include "cg_requantize.h"
#include "cg_unary.h"
#include "cg_wrapping.h"

static int16_t cg_leaky_relu_element(const cg_leaky_relu_s16_params *params, int32_t input) {
    const int32_t value = input + params->input_offset;
    int32_t scaled;

    if (value >= 0) {
        scaled = cg_requantize(value, params->identity_multiplier, params->identity_shift);
    } else {
        scaled = cg_requantize(value, params->alpha_multiplier, params->alpha_shift);
        scaled = params->alpha_is_negative ? cg_wrapping_subtract(0, scaled) : scaled;
    }
    return (int16_t)cg_clamp_s32(cg_wrapping_add(scaled, params->output_offset), INT16_MIN, INT16_MAX);
}

void cg_leaky_relu_s16(const cg_leaky_relu_s16_params *params, const int16_t *input, int32_t count, int16_t *output) {
    /* A copy that no store through output can change, so that it stays in registers. */
    const cg_leaky_relu_s16_params local = *params;

    CG_UNARY(int16_t, input, count, output, cg_leaky_relu_element(&local, x));
}
