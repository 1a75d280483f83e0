/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_fully_connected_s4.h"

#include <stddef.h>

#include "cg_nibble.h"
#include "cg_requantize.h"

void cg_fully_connected_s4(const cg_fully_connected_s8_params *params, const int8_t *input, const uint8_t *weights,
                           const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int8_t *output) {
    const int32_t depth = params->depth;

    for (int32_t batch = 0; batch < params->batches; ++batch) {
        for (int32_t unit = 0; unit < params->units; ++unit) {
            const int32_t quant = unit * params->quant_step;
            const int32_t sum = cg_dot_s4(input, weights, unit * depth, depth, params->input_offset);
            const int32_t acc = cg_wrapping_add(sum, bias != NULL ? bias[unit] : 0);
            *output++ = cg_requantize_s8(acc, multiplier[quant], shift[quant], params->output_offset,
                                         params->activation_min, params->activation_max);
        }
        input += depth;
    }
}
