/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_fully_connected_s8.h"

#include <stddef.h>

#include "cg_dot.h"
#include "cg_requantize.h"

/* Sum of (input + input_offset) over a vector: what a filter offset of 1 adds to the dot product. */
static int32_t cg_offset_sum(const int8_t *input, int32_t count, int32_t input_offset) {
    int32_t sum = 0;
    for (int32_t i = 0; i < count; ++i) {
        sum += (int32_t)input[i] + input_offset;
    }
    return sum;
}

void cg_fully_connected_s8(const cg_fully_connected_s8_params *params, const int8_t *input,
                           const CG_FLASH int8_t *weights, const CG_FLASH int32_t *bias,
                           const CG_FLASH int32_t *multiplier, const CG_FLASH int32_t *shift, int8_t *output) {
    const int32_t depth = params->depth;

    for (int32_t batch = 0; batch < params->batches; ++batch) {
        /* Common to all units; almost always 0, as weights are symmetric. */
        const int32_t filter_term = (params->filter_offset == 0)
                                        ? 0
                                        : params->filter_offset * cg_offset_sum(input, depth, params->input_offset);

        for (int32_t unit = 0; unit < params->units; ++unit) {
            const int32_t quant = unit * params->quant_step;
            const int32_t sum = cg_dot_s8(input, weights + (ptrdiff_t)unit * depth, depth, params->input_offset);
            const int32_t acc = cg_wrapping_add(cg_wrapping_add(sum, filter_term), bias != NULL ? bias[unit] : 0);
            *output++ = cg_requantize_s8(acc, multiplier[quant], shift[quant], params->output_offset,
                                         params->activation_min, params->activation_max);
        }
        input += depth;
    }
}
