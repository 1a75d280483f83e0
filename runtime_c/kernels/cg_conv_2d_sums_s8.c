/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_conv_2d_sums_s8.h"

#include <string.h>

#include "cg_dot.h"
#include "cg_requantize.h"
#include "cg_window.h"

/* Adds one row, under tap row filter_y, to the sums. */
static void cg_conv_add_row(const cg_conv_2d_s8_params *params, const int8_t *row, const int8_t *weights,
                            int32_t filter_y, int32_t *sums) {
    const int32_t depth = params->filter_channels;
    const int32_t group_outputs = params->output_channels / (params->input_channels / depth);
    for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
        const int32_t x = out_x * params->stride_width - params->pad_left;
        const int32_t begin = cg_window_begin(x, params->dilation_width);
        const int32_t end = cg_window_end(x, params->dilation_width, params->filter_width, params->input_width);
        for (int32_t channel = 0; channel < params->output_channels; ++channel) {
            const int8_t *filter =
                weights + (ptrdiff_t)(channel * params->filter_height + filter_y) * params->filter_width * depth;
            const int8_t *input = row + channel / group_outputs * depth;
            for (int32_t tap = begin; tap < end; ++tap) {
                const int32_t at = (x + tap * params->dilation_width) * params->input_channels;
                *sums += cg_dot_s8(input + at, filter + tap * depth, depth, params->input_offset);
            }
            ++sums;
        }
    }
}

void cg_conv_2d_sums_s8(const cg_conv_2d_s8_params *params, const cg_rows *input, const int8_t *weights,
                        const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0, int32_t y1,
                        void *scratch, int8_t *output) {
    const int32_t begin = cg_window_begin(-params->pad_top, params->dilation_height);
    const int32_t end = cg_window_end(-params->pad_top, params->dilation_height, params->filter_height, input->height);
    int32_t *sums = (int32_t *)scratch;

    if (y0 == 0) {
        (void)memset(sums, 0, (size_t)params->output_width * (size_t)params->output_channels * sizeof(*sums));
    }
    for (int32_t tap = begin; tap < end; ++tap) {
        const int32_t y = tap * params->dilation_height - params->pad_top;
        if (y >= y0 && y < y1) {
            cg_conv_add_row(params, (const int8_t *)cg_row(input, y), weights, tap, sums);
        }
    }
    if (y1 == input->height) {
        for (int32_t x = 0; x < params->output_width; ++x) {
            for (int32_t channel = 0; channel < params->output_channels; ++channel) {
                const int32_t acc = cg_wrapping_add(*sums++, bias != NULL ? bias[channel] : 0);
                *output++ = cg_requantize_s8(acc, multiplier[channel], shift[channel], params->output_offset,
                                             params->activation_min, params->activation_max);
            }
        }
    }
}
