/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_units_s4.h"

#include <stddef.h>
#include <string.h>

#include "cg_units_s4.h"

/* The window whose first input pixel is at row y and column x, one byte after the other. */
static void cg_units_s4_gather(const cg_conv_2d_units_s4_params *params, const cg_rows *image, int32_t y, int32_t x,
                               int8_t *to) {
    const int together = params->dilation_width == 1 && x >= 0 && x + params->filter_width <= params->input_width;
    const int32_t taps = together ? 1 : params->filter_width;
    const size_t count = (size_t)((together ? params->filter_width : 1) * params->input_channels);
    for (int32_t i = params->filter_height; i > 0; --i) {
        const int8_t *row = (const int8_t *)cg_row(image, y);
        int32_t column = x;
        for (int32_t tap = taps; tap > 0; --tap) {
            if (row == NULL || column < 0 || column >= params->input_width) {
                memset(to, params->input_zero_point, count);
            } else {
                memcpy(to, row + (ptrdiff_t)column * params->input_channels, count);
            }
            to += count;
            column += params->dilation_width;
        }
        y += params->dilation_height;
    }
}

/* The outputs of a pixel. */
static void cg_units_s4_pixel(const cg_conv_2d_units_s4_params *params, const int32_t *stream, uint32_t *values,
                              const int8_t *window, int8_t *output) {
    const int32_t block = 4 * params->eights + 16;
    const int32_t rest = params->output_channels % CG_UNITS_S4;
    cg_units_of_4_bits units;
    for (int32_t i = 0; i < 2 * params->eights; ++i) {
        cg_widen_quad(window + 4 * i, values + 2 * i);
    }
    units.stream = stream;
    units.stream_end = stream + (ptrdiff_t)(params->output_channels / CG_UNITS_S4) * block;
    units.values = values;
    units.end = values + 4 * (ptrdiff_t)params->eights;
    units.output = output;
    units.correction = params->correction;
    if (params->output_channels >= CG_UNITS_S4) {
        cg_units_s4(&units);
    }
    if (rest > 0) {
        int8_t last[CG_UNITS_S4];
        units.stream = units.stream_end;
        units.stream_end += block;
        units.output = last;
        cg_units_s4(&units);
        memcpy(output + params->output_channels - rest, last, (size_t)rest);
    }
}

void cg_conv_2d_units_s4(const cg_conv_2d_units_s4_params *params, const cg_rows *input, const int32_t *stream,
                         int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    uint32_t *const values = (uint32_t *)scratch;
    int8_t *const window = (int8_t *)(values + 4 * (ptrdiff_t)params->eights);
    int8_t *to = output;
    memset(window, 0, 8 * (size_t)params->eights); /* weights behind the last value are 0, but a value must be there */
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            int32_t x = -params->pad_left;
            for (int32_t i = 0; i < params->output_width; ++i) {
                cg_units_s4_gather(params, &image, y * params->stride_height - params->pad_top, x, window);
                cg_units_s4_pixel(params, stream, values, window, to);
                to += params->output_channels;
                x += params->stride_width;
            }
        }
    }
    if (params->activation_min > -128 || params->activation_max < 127) {
        for (int8_t *from = output; from != to; ++from) {
            const int32_t value = *from < params->activation_min ? params->activation_min : *from;
            *from = (int8_t)(value > params->activation_max ? params->activation_max : value);
        }
    }
}
