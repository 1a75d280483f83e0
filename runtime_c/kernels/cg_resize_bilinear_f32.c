/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_resize_bilinear_f32.h"

#include <stddef.h>

void cg_resize_bilinear_f32(const cg_resize_bilinear_f32_params *params, const float *input, float *output) {
    const ptrdiff_t channels = params->channels;
    const ptrdiff_t input_row = channels * params->input_width;

    for (int32_t batch = 0; batch < params->batches; ++batch) {
        for (int32_t i = 0; i < params->output_height; ++i) {
            const float *upper = input + params->rows[2 * i] * input_row;
            const float *lower = input + params->rows[2 * i + 1] * input_row;
            const float down = params->row_weights[i];
            for (int32_t j = 0; j < params->output_width; ++j) {
                const ptrdiff_t left = params->columns[2 * j] * channels;
                const ptrdiff_t right = params->columns[2 * j + 1] * channels;
                const float across = params->column_weights[j];
                for (ptrdiff_t c = 0; c < channels; ++c) {
                    *output++ = upper[left + c] * (1.0f - down) * (1.0f - across) +
                                lower[left + c] * down * (1.0f - across) + upper[right + c] * (1.0f - down) * across +
                                lower[right + c] * down * across;
                }
            }
        }
        input += params->input_height * input_row;
    }
}
