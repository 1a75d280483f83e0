/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_conv_2d_f32_s8.h"

#include <stddef.h>

#include "cg_dot.h"
#include "cg_float.h"
#include "cg_hybrid.h"
#include "cg_window.h"

/* Sum of products of a filter with its window of `image`, whose tap (0, 0) is at row y and column x. */
static int32_t cg_window_sum(const cg_conv_2d_f32_s8_params *params, const int8_t *image, const int8_t *filter,
                             int32_t y, int32_t x, int32_t offset) {
    const int32_t depth = params->filter_channels;
    const int32_t y_end = cg_window_end(y, params->dilation_height, params->filter_height, params->input_height);
    const int32_t x_begin = cg_window_begin(x, params->dilation_width);
    const int32_t x_end = cg_window_end(x, params->dilation_width, params->filter_width, params->input_width);
    int32_t sum = 0;
    for (int32_t tap_y = cg_window_begin(y, params->dilation_height); tap_y < y_end; ++tap_y) {
        const int32_t row = (y + tap_y * params->dilation_height) * params->input_width;
        for (int32_t tap_x = x_begin; tap_x < x_end; ++tap_x) {
            const int32_t pixel = row + x + tap_x * params->dilation_width;
            const int32_t tap = tap_y * params->filter_width + tap_x;
            sum += cg_dot_s8(image + (ptrdiff_t)pixel * params->input_channels, filter + (ptrdiff_t)tap * depth, depth,
                             -offset);
        }
    }
    return sum;
}

void cg_conv_2d_f32_s8(const cg_conv_2d_f32_s8_params *params, const float *input, const int8_t *weights,
                       const float *scale, const float *bias, void *scratch, float *output) {
    const int32_t image_size = params->input_height * params->input_width * params->input_channels;
    const int32_t filter_size = params->filter_height * params->filter_width * params->filter_channels;
    const int32_t group_outputs = params->output_channels / (params->input_channels / params->filter_channels);
    int8_t *quantized = (int8_t *)scratch;

    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_hybrid_scale image = cg_quantize_hybrid(input, image_size, params->asymmetric, quantized);
        for (int32_t out_y = 0; out_y < params->output_height; ++out_y) {
            const int32_t y = out_y * params->stride_height - params->pad_top;
            for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
                const int32_t x = out_x * params->stride_width - params->pad_left;
                for (int32_t channel = 0; channel < params->output_channels; ++channel) {
                    const int8_t *first = quantized + channel / group_outputs * params->filter_channels;
                    const int8_t *filter = weights + (ptrdiff_t)channel * filter_size;
                    const float sum = (float)cg_window_sum(params, first, filter, y, x, image.offset);
                    const float real = (params->scale_step == 0) ? sum * (image.factor * scale[0])
                                                                 : sum * scale[channel] * image.factor;
                    *output++ = cg_clamp_f32(real + (bias != NULL ? bias[channel] : 0.0f), params->activation_min,
                                             params->activation_max);
                }
            }
        }
        input += image_size;
    }
}
