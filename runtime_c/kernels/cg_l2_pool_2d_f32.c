/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_l2_pool_2d_f32.h"

#include <math.h>

#include "cg_float.h"
#include "cg_window.h"

static float *cg_l2_pool_row(const cg_l2_pool_2d_f32_params *params, const cg_rows *rows, int32_t out_y,
                             float *output) {
    const int32_t y = out_y * params->stride_height - params->pad_top;
    const int32_t y_begin = y + cg_window_begin(y, 1);
    const int32_t y_end = y + cg_window_end(y, 1, params->filter_height, rows->height);

    for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
        const int32_t x = out_x * params->stride_width - params->pad_left;
        const int32_t x_begin = x + cg_window_begin(x, 1);
        const int32_t x_end = x + cg_window_end(x, 1, params->filter_width, params->input_width);
        const float count = (float)((y_end - y_begin) * (x_end - x_begin));

        for (int32_t channel = 0; channel < params->channels; ++channel) {
            float squares = 0.0f;
            for (int32_t in_y = y_begin; in_y < y_end; ++in_y) {
                const float *row = (const float *)cg_row(rows, in_y);
                for (int32_t in_x = x_begin; in_x < x_end; ++in_x) {
                    const float value = row[in_x * params->channels + channel];
                    squares += value * value;
                }
            }
            *output++ = cg_clamp_f32(sqrtf(squares / count), params->activation_min, params->activation_max);
        }
    }
    return output;
}

void cg_l2_pool_2d_f32(const cg_l2_pool_2d_f32_params *params, const cg_rows *input, int32_t y0, int32_t y1,
                       float *output) {
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            output = cg_l2_pool_row(params, &image, y, output);
        }
    }
}
