/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_depthwise_conv_2d_pairs_s16.h"

#include <stddef.h>
#include <string.h>

#include "cg_depthwise_taps_s16.h"

/* The taps of the window whose first input pixel is at row y and column x; `zeros` are those over padding. */
static void cg_taps_s16_find(const cg_depthwise_conv_2d_pairs_s16_params *params, const cg_rows *image, int32_t y,
                             int32_t x, const int16_t **taps, const int16_t *zeros) {
    for (int32_t i = params->filter_height; i > 0; --i) {
        const int16_t *row = (const int16_t *)cg_row(image, y);
        int32_t column = x;
        for (int32_t tap = params->filter_width; tap > 0; --tap) {
            const int inside = row != NULL && column >= 0 && column < params->input_width;
            *taps++ = inside ? row + (ptrdiff_t)column * params->channels : zeros;
            column += params->dilation_width;
        }
        y += params->dilation_height;
    }
}

static void cg_taps_s16_clamp(const cg_depthwise_conv_2d_pairs_s16_params *params, int16_t *from, const int16_t *to) {
    for (; from != to; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int16_t)(value > params->activation_max ? params->activation_max : value);
    }
}

void cg_depthwise_conv_2d_pairs_s16(const cg_depthwise_conv_2d_pairs_s16_params *params, const cg_rows *input,
                                    const int32_t *stream, int32_t y0, int32_t y1, void *scratch, int16_t *output) {
    const int32_t count = params->filter_height * params->filter_width;
    const int32_t even = count + (count & 1);
    const int32_t span = (params->filter_width - 1) * params->dilation_width + 1;
    const ptrdiff_t step = (ptrdiff_t)params->stride_width * params->channels;
    const int16_t **const taps = (const int16_t **)scratch;
    int16_t *const zeros = (int16_t *)(taps + count + 1);
    cg_taps_s16 pixel;
    memset(zeros, 0, 2 * (size_t)params->channels);
    pixel.stream = stream;
    pixel.stream_end = stream + (ptrdiff_t)(params->channels >> 1) * (even + 8);
    pixel.taps = taps;
    pixel.end = taps + even;
    pixel.output = output;
    pixel.entry = (((even >> 1) - 1) % 8 + 1) * CG_TAPS_S16_CODE;
    pixel.positive = params->positive;
    taps[count] = zeros;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            const int32_t top = y * params->stride_height - params->pad_top;
            int32_t x = -params->pad_left;
            int was_inside = 0;
            for (int32_t i = 0; i < params->output_width; ++i) {
                /* A window that lies in the image's width like the one before it has moved by a stride. */
                const int inside = x >= 0 && x + span <= params->input_width;
                if (inside && was_inside) {
                    for (int32_t tap = 0; tap < count; ++tap) {
                        taps[tap] += taps[tap] != zeros ? step : 0;
                    }
                } else {
                    cg_taps_s16_find(params, &image, top, x, taps, zeros);
                }
                was_inside = inside;
                cg_depthwise_taps_s16(&pixel);
                pixel.output += params->channels;
                x += params->stride_width;
            }
        }
    }
    if (params->activation_min > (params->positive != 0 ? 0 : INT16_MIN) || params->activation_max < INT16_MAX) {
        cg_taps_s16_clamp(params, output, pixel.output);
    }
}
