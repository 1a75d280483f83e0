/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_resize_bilinear_s8.h"

#include <stddef.h>

void cg_resize_bilinear_s8(const cg_resize_bilinear_s8_params *params, const int8_t *input, int8_t *output) {
    const ptrdiff_t channels = params->channels;
    const ptrdiff_t input_row = channels * params->input_width;
    const int32_t one = 1024;
    const int32_t half = (int32_t)1 << 19;

    for (int32_t batch = 0; batch < params->batches; ++batch) {
        const int16_t *y = params->rows;
        for (int32_t i = 0; i < params->output_height; ++i, y += 3) {
            const int8_t *upper = input + y[0] * input_row;
            const int8_t *lower = input + y[1] * input_row;
            const int16_t *x = params->columns;
            for (int32_t j = 0; j < params->output_width; ++j, x += 3) {
                const ptrdiff_t left = x[0] * channels;
                const ptrdiff_t right = x[1] * channels;
                const int32_t upper_left = (one - y[2]) * (one - x[2]);
                const int32_t lower_left = y[2] * (one - x[2]);
                const int32_t upper_right = (one - y[2]) * x[2];
                const int32_t lower_right = y[2] * x[2];
                for (ptrdiff_t c = 0; c < channels; ++c) {
                    const int32_t sum = upper[left + c] * upper_left + lower[left + c] * lower_left +
                                        upper[right + c] * upper_right + lower[right + c] * lower_right;
                    *output++ = (int8_t)((sum + (sum > 0 ? half : -half)) / (one * one));
                }
            }
        }
        input += params->input_height * input_row;
    }
}
