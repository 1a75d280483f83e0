/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_conv_2d_s8.h"

#include <stddef.h>

#include "cg_dot.h"
#include "cg_requantize.h"
#include "cg_window.h"

/* The window of one output pixel. */
typedef struct {
    const cg_rows *rows;
    int32_t y;              /* row of tap (0, 0) */
    int32_t x;              /* column of tap (0, 0) */
    int32_t filter_y_begin; /* taps on the input */
    int32_t filter_y_end;
    int32_t filter_x_begin;
    int32_t filter_x_end;
} cg_conv_window;

/* Sum of products of the window with one filter. Padding holds the zero point, which adds nothing: it is left out. */
static int32_t cg_conv_window_sum(const cg_conv_2d_s8_params *params, const cg_conv_window *window,
                                  const int8_t *filter, int32_t first_channel) {
    const int32_t depth = params->filter_channels;
    const int32_t taps = window->filter_x_end - window->filter_x_begin;
    /* Neighbouring taps of a row are one run of bytes, unless a dilation or other groups lie between. */
    const int whole_row = params->dilation_width == 1 && depth == params->input_channels;
    const int32_t runs = whole_row ? 1 : taps;
    const int32_t run_length = whole_row ? taps * depth : depth;
    const int32_t run_step = params->dilation_width * params->input_channels;
    int32_t sum = 0;

    if (taps <= 0) {
        return 0;
    }
    for (int32_t filter_y = window->filter_y_begin; filter_y < window->filter_y_end; ++filter_y) {
        const int8_t *row = (const int8_t *)cg_row(window->rows, window->y + filter_y * params->dilation_height);
        const int32_t x = window->x + window->filter_x_begin * params->dilation_width;
        const int8_t *input = row + x * params->input_channels + first_channel;
        const int8_t *weights = filter + (filter_y * params->filter_width + window->filter_x_begin) * depth;
        for (int32_t run = 0; run < runs; ++run) {
            sum += cg_dot_s8(input + run * run_step, weights + run * run_length, run_length, params->input_offset);
        }
    }
    return sum;
}

static int8_t *cg_conv_row(const cg_conv_2d_s8_params *params, const cg_rows *rows, const int8_t *weights,
                           const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t out_y,
                           int8_t *output) {
    const int32_t filter_size = params->filter_height * params->filter_width * params->filter_channels;
    const int32_t groups = params->input_channels / params->filter_channels;
    const int32_t group_outputs = params->output_channels / groups;
    cg_conv_window window;

    window.rows = rows;
    window.y = out_y * params->stride_height - params->pad_top;
    window.filter_y_begin = cg_window_begin(window.y, params->dilation_height);
    window.filter_y_end = cg_window_end(window.y, params->dilation_height, params->filter_height, rows->height);

    for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
        window.x = out_x * params->stride_width - params->pad_left;
        window.filter_x_begin = cg_window_begin(window.x, params->dilation_width);
        window.filter_x_end =
            cg_window_end(window.x, params->dilation_width, params->filter_width, params->input_width);

        int32_t channel = 0;
        for (int32_t group = 0; group < groups; ++group) {
            const int32_t first_channel = group * params->filter_channels;
            for (int32_t i = 0; i < group_outputs; ++i, ++channel) {
                const int32_t sum =
                    cg_conv_window_sum(params, &window, weights + (ptrdiff_t)channel * filter_size, first_channel);
                const int32_t acc = cg_wrapping_add(sum, bias != NULL ? bias[channel] : 0);
                *output++ = cg_requantize_s8(acc, multiplier[channel], shift[channel], params->output_offset,
                                             params->activation_min, params->activation_max);
            }
        }
    }
    return output;
}

void cg_conv_2d_s8(const cg_conv_2d_s8_params *params, const cg_rows *input, const int8_t *weights, const int32_t *bias,
                   const int32_t *multiplier, const int32_t *shift, int32_t y0, int32_t y1, int8_t *output) {
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            output = cg_conv_row(params, &image, weights, bias, multiplier, shift, y, output);
        }
    }
}
