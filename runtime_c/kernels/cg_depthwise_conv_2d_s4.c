/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_conv_2d_s4.h"

#include <stddef.h>

#include "cg_nibble.h"
#include "cg_requantize.h"
#include "cg_window.h"

/* The part of a window that lies on the input, and where its tap (0, 0) is. */
typedef struct {
    int32_t y;
    int32_t y_begin;
    int32_t y_end;
    int32_t x;
    int32_t x_begin;
    int32_t x_end;
} cg_taps;

/* Sum of products of the window of input channel `in_channel` with the filter of output channel `out_channel`. */
static int32_t cg_window_sum(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *rows, const cg_taps *taps,
                             const uint8_t *weights, int32_t in_channel, int32_t out_channel) {
    const int32_t output_channels = params->input_channels * params->depth_multiplier;
    int32_t sum = 0;
    for (int32_t tap_y = taps->y_begin; tap_y < taps->y_end; ++tap_y) {
        const int8_t *row = (const int8_t *)cg_row(rows, taps->y + tap_y * params->dilation_height);
        for (int32_t tap_x = taps->x_begin; tap_x < taps->x_end; ++tap_x) {
            const int32_t column = taps->x + tap_x * params->dilation_width;
            const int32_t element = (int32_t)row[column * params->input_channels + in_channel];
            const int32_t tap = tap_y * params->filter_width + tap_x;
            sum += (element + params->input_offset) * cg_nibble(weights, tap * output_channels + out_channel);
        }
    }
    return sum;
}

void cg_depthwise_conv_2d_s4(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *input, const uint8_t *weights,
                             const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0,
                             int32_t y1, int8_t *output) {
    cg_taps taps;

    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t out_y = y0; out_y < y1; ++out_y) {
            taps.y = out_y * params->stride_height - params->pad_top;
            taps.y_begin = cg_window_begin(taps.y, params->dilation_height);
            taps.y_end = cg_window_end(taps.y, params->dilation_height, params->filter_height, image.height);
            for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
                taps.x = out_x * params->stride_width - params->pad_left;
                taps.x_begin = cg_window_begin(taps.x, params->dilation_width);
                taps.x_end = cg_window_end(taps.x, params->dilation_width, params->filter_width, params->input_width);
                int32_t channel = 0;
                for (int32_t in_channel = 0; in_channel < params->input_channels; ++in_channel) {
                    for (int32_t copy = 0; copy < params->depth_multiplier; ++copy, ++channel) {
                        const int32_t sum = cg_window_sum(params, &image, &taps, weights, in_channel, channel);
                        const int32_t acc = cg_wrapping_add(sum, bias != NULL ? bias[channel] : 0);
                        *output++ = cg_requantize_s8(acc, multiplier[channel], shift[channel], params->output_offset,
                                                     params->activation_min, params->activation_max);
                    }
                }
            }
        }
    }
}
