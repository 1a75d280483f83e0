/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_conv_2d_s8.h"

#include <stddef.h>

#include "cg_requantize.h"
#include "cg_window.h"

static int8_t *cg_depthwise_row(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *rows,
                                const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                const int32_t *shift, int32_t out_y, int8_t *output) {
    const int32_t input_channels = params->input_channels;
    const int32_t output_channels = input_channels * params->depth_multiplier;
    const int32_t input_step = params->dilation_width * input_channels;
    const int32_t y = out_y * params->stride_height - params->pad_top;
    const int32_t filter_y_begin = cg_window_begin(y, params->dilation_height);
    const int32_t filter_y_end = cg_window_end(y, params->dilation_height, params->filter_height, rows->height);

    for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
        const int32_t x = out_x * params->stride_width - params->pad_left;
        const int32_t filter_x_begin = cg_window_begin(x, params->dilation_width);
        const int32_t filter_x_end =
            cg_window_end(x, params->dilation_width, params->filter_width, params->input_width);
        const int32_t input_begin = (x + filter_x_begin * params->dilation_width) * input_channels;

        int32_t in_channel = 0;
        int32_t copy = 0; /* of the in_channel: counted, as small cores have no division */
        for (int32_t out_channel = 0; out_channel < output_channels; ++out_channel) {
            int32_t sum = 0;
            for (int32_t filter_y = filter_y_begin; filter_y < filter_y_end; ++filter_y) {
                const int8_t *row = (const int8_t *)cg_row(rows, y + filter_y * params->dilation_height);
                int32_t in = input_begin + in_channel;
                int32_t weight = (filter_y * params->filter_width + filter_x_begin) * output_channels + out_channel;
                for (int32_t filter_x = filter_x_begin; filter_x < filter_x_end; ++filter_x) {
                    sum += ((int32_t)row[in] + params->input_offset) * (int32_t)weights[weight];
                    in += input_step;
                    weight += output_channels;
                }
            }
            const int32_t acc = cg_wrapping_add(sum, bias != NULL ? bias[out_channel] : 0);
            *output++ = cg_requantize_s8(acc, multiplier[out_channel], shift[out_channel], params->output_offset,
                                         params->activation_min, params->activation_max);
            if (++copy == params->depth_multiplier) {
                copy = 0;
                ++in_channel;
            }
        }
    }
    return output;
}

void cg_depthwise_conv_2d_s8(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *input, const int8_t *weights,
                             const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0,
                             int32_t y1, int8_t *output) {
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            output = cg_depthwise_row(params, &image, weights, bias, multiplier, shift, y, output);
        }
    }
}
