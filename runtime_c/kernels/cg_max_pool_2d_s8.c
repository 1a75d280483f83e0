/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_max_pool_2d_s8.h"

#include <stddef.h>

#include "cg_requantize.h"
#include "cg_window.h"

static int8_t *cg_max_pool_row(const cg_pool_2d_s8_params *params, const cg_rows *rows, int32_t out_y, int8_t *output) {
    const int32_t y = out_y * params->stride_height - params->pad_top;
    const int32_t y_begin = y + cg_window_begin(y, 1);
    const int32_t y_end = y + cg_window_end(y, 1, params->filter_height, rows->height);

    for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
        const int32_t x = out_x * params->stride_width - params->pad_left;
        const int32_t x_begin = x + cg_window_begin(x, 1);
        const int32_t x_end = x + cg_window_end(x, 1, params->filter_width, params->input_width);

        for (int32_t channel = 0; channel < params->channels; ++channel) {
            int32_t greatest = INT8_MIN;
            for (int32_t in_y = y_begin; in_y < y_end; ++in_y) {
                const int8_t *row = (const int8_t *)cg_row(rows, in_y);
                for (int32_t in_x = x_begin; in_x < x_end; ++in_x) {
                    greatest = cg_max_s32(greatest, row[in_x * params->channels + channel]);
                }
            }
            *output++ = (int8_t)cg_clamp_s32(greatest, params->activation_min, params->activation_max);
        }
    }
    return output;
}

void cg_max_pool_2d_s8(const cg_pool_2d_s8_params *params, const cg_rows *input, int32_t y0, int32_t y1,
                       int8_t *output) {
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            output = cg_max_pool_row(params, &image, y, output);
        }
    }
}
