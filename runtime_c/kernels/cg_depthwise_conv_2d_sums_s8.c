/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_conv_2d_sums_s8.h"

#include <string.h>

#include "cg_requantize.h"
#include "cg_window.h"

/* Adds the products of one pixel with one tap of every filter to the sums. */
static void cg_depthwise_add_pixel(const cg_depthwise_conv_2d_s8_params *params, const int8_t *pixel,
                                   const int8_t *weights, int32_t *sums) {
    for (int32_t channel = 0; channel < params->input_channels; ++channel) {
        const int32_t value = (int32_t)pixel[channel] + params->input_offset;
        for (int32_t copy = 0; copy < params->depth_multiplier; ++copy) {
            *sums++ += value * (int32_t)*weights++;
        }
    }
}

void cg_depthwise_conv_2d_sums_s8(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *input,
                                  const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                  const int32_t *shift, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    const int32_t channels = params->input_channels * params->depth_multiplier;
    const int32_t begin = cg_window_begin(-params->pad_top, params->dilation_height);
    const int32_t end = cg_window_end(-params->pad_top, params->dilation_height, params->filter_height, input->height);
    int32_t *sums = (int32_t *)scratch;

    if (y0 == 0) {
        (void)memset(sums, 0, (size_t)params->output_width * (size_t)channels * sizeof(*sums));
    }
    for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
        const int32_t x = out_x * params->stride_width - params->pad_left;
        const int32_t x_begin = cg_window_begin(x, params->dilation_width);
        const int32_t x_end = cg_window_end(x, params->dilation_width, params->filter_width, params->input_width);
        for (int32_t tap_y = begin; tap_y < end; ++tap_y) {
            const int32_t y = tap_y * params->dilation_height - params->pad_top;
            if (y < y0 || y >= y1) {
                continue;
            }
            for (int32_t tap_x = x_begin; tap_x < x_end; ++tap_x) {
                const int32_t at = (x + tap_x * params->dilation_width) * params->input_channels;
                cg_depthwise_add_pixel(params, (const int8_t *)cg_row(input, y) + at,
                                       weights + (ptrdiff_t)(tap_y * params->filter_width + tap_x) * channels, sums);
            }
        }
        if (y1 == input->height) {
            for (int32_t channel = 0; channel < channels; ++channel) {
                const int32_t acc = cg_wrapping_add(sums[channel], bias != NULL ? bias[channel] : 0);
                *output++ = cg_requantize_s8(acc, multiplier[channel], shift[channel], params->output_offset,
                                             params->activation_min, params->activation_max);
            }
        }
        sums += channels;
    }
}
