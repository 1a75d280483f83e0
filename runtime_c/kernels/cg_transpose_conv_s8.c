/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_transpose_conv_s8.h"

#include <stddef.h>

#include "cg_dot.h"
#include "cg_requantize.h"

/* The input positions [begin, end) whose windows cover an output position, along one axis. */
typedef struct {
    int32_t begin;
    int32_t end;
} cg_covering;

/* `position` is that of the output, counted from where the window of input position 0 begins. */
static cg_covering cg_covering_of(int32_t position, int32_t stride, int32_t filter, int32_t input) {
    cg_covering found;
    const int32_t last = position / stride;
    found.begin = position < filter ? 0 : (position - filter) / stride + 1;
    found.end = last < input ? last + 1 : input;
    return found;
}

static int8_t *cg_transpose_conv_row(const cg_transpose_conv_s8_params *params, const cg_rows *rows,
                                     const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                     const int32_t *shift, int32_t out_y, int8_t *output) {
    const int32_t depth = params->input_channels;
    const int32_t filter_size = params->filter_height * params->filter_width * depth;
    const int32_t y = out_y + params->pad_top;
    const cg_covering ys = cg_covering_of(y, params->stride_height, params->filter_height, rows->height);

    for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
        const int32_t x = out_x + params->pad_left;
        const cg_covering xs = cg_covering_of(x, params->stride_width, params->filter_width, params->input_width);

        for (int32_t channel = 0; channel < params->output_channels; ++channel) {
            const int8_t *filter = weights + (ptrdiff_t)channel * filter_size;
            int32_t sum = 0;
            for (int32_t in_y = ys.begin; in_y < ys.end; ++in_y) {
                const int8_t *row = (const int8_t *)cg_row(rows, in_y);
                const int8_t *taps = filter + (y - in_y * params->stride_height) * params->filter_width * depth;
                for (int32_t in_x = xs.begin; in_x < xs.end; ++in_x) {
                    const int32_t tap = x - in_x * params->stride_width;
                    sum += cg_dot_s8(row + in_x * depth, taps + tap * depth, depth, params->input_offset);
                }
            }
            const int32_t acc = cg_wrapping_add(sum, bias != NULL ? bias[channel] : 0);
            *output++ = cg_requantize_s8(acc, multiplier[channel], shift[channel], params->output_offset,
                                         params->activation_min, params->activation_max);
        }
    }
    return output;
}

void cg_transpose_conv_s8(const cg_transpose_conv_s8_params *params, const cg_rows *input, const int8_t *weights,
                          const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0, int32_t y1,
                          int8_t *output) {
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            output = cg_transpose_conv_row(params, &image, weights, bias, multiplier, shift, y, output);
        }
    }
}
