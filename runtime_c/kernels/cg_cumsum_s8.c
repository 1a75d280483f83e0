/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_cumsum_s8.h"

#include "cg_requantize.h"

void cg_cumsum_s8(const cg_cumsum_s8_params *params, const int8_t *input, int8_t *output) {
    const cg_cumsum_params *shape = &params->shape;

    for (int32_t line = 0; line < shape->outer * shape->inner; ++line) {
        int32_t sum = params->input_offset;
        for (int32_t k = 0; k < shape->size; ++k) {
            const int32_t at = cg_cumsum_position(shape, line, k);
            const int32_t before = sum;
            sum = cg_wrapping_add(sum, params->input_offset + input[at]);
            output[at] =
                cg_requantize_s8(cg_wrapping_shift_left(shape->exclusive ? before : sum, 19), params->output_multiplier,
                                 params->output_shift, params->output_offset, -128, 127);
        }
    }
}
