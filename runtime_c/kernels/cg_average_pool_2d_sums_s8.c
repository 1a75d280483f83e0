/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_average_pool_2d_sums_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_channel_sums_s8.h"
#include "cg_requantize.h"
#include "cg_window.h"

void cg_average_pool_2d_sums_s8(const cg_pool_2d_s8_params *params, const cg_rows *input, int32_t y0, int32_t y1,
                                void *scratch, int8_t *output) {
    const int32_t channels = params->channels;
    const int32_t y_end = cg_window_end(-params->pad_top, 1, params->filter_height, input->height) - params->pad_top;
    const int is_last = y1 == input->height;
    int32_t *sums = (int32_t *)scratch;

    if (y0 == 0) {
        (void)memset(sums, 0, (size_t)params->output_width * (size_t)channels * sizeof(*sums));
    }
    for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
        const int32_t x = out_x * params->stride_width - params->pad_left;
        const int32_t x_begin = x + cg_window_begin(x, 1);
        const int32_t x_end = x + cg_window_end(x, 1, params->filter_width, params->input_width);
        for (int32_t y = y0; y < cg_min_s32(y1, y_end); ++y) {
            const int8_t *row = (const int8_t *)cg_row(input, y);
            cg_channel_sums_s8(sums, row + (ptrdiff_t)x_begin * channels, channels, x_end - x_begin, channels);
        }
        if (is_last) {
            const int32_t count = cg_max_s32(y_end, 0) * cg_max_s32(x_end - x_begin, 0);
            for (int32_t channel = 0; channel < channels; ++channel) {
                const int32_t sum = sums[channel];
                /* Division truncates, so half the count is added away from zero. */
                int32_t mean = 0;
                if (count > 0) {
                    mean = (sum > 0) ? (sum + count / 2) / count : (sum - count / 2) / count;
                }
                *output++ = (int8_t)cg_clamp_s32(mean, params->activation_min, params->activation_max);
            }
        }
        sums += channels;
    }
}
