/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_add_n_s8.h"

#include "cg_requantize.h"

void cg_add_n_s8(const cg_add_n_s8_params *params, const int8_t *input, int32_t count, int32_t is_first,
                 int32_t is_last, void *scratch, int8_t *output) {
    int32_t *sums = (int32_t *)scratch;
    const int32_t offset = params->input_offset;

    for (int32_t i = 0; i < count; ++i) {
        const int32_t sum = cg_wrapping_add(is_first ? offset : sums[i], offset + input[i]);
        sums[i] = sum;
        if (is_last) {
            output[i] = cg_requantize_s8(cg_wrapping_shift_left(sum, 19), params->output_multiplier,
                                         params->output_shift, params->output_offset, -128, 127);
        }
    }
}
