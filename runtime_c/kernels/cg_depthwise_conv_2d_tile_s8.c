/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_conv_2d_tile_s8.h"

#include <stddef.h>

typedef struct {
    const cg_depthwise_conv_2d_tile_s8_params *params;
    int32_t *taps; /* offset in the strip, in bytes, and weight */
    int32_t *taps_end;
    int32_t *strip;
    int32_t part; /* words of a part of a row */
} cg_tile_depthwise;

/* Every stride_width-th column of one channel from x on. */
static void cg_tile_part(const cg_tile_depthwise *conv, const int8_t *row, int32_t x, int32_t *words) {
    const cg_depthwise_conv_2d_tile_s8_params *params = conv->params;
    const int32_t step = params->stride_width;
    const int32_t zero = params->input_zero_point;
    const int32_t width = row == NULL ? 0 : params->input_width;
    const ptrdiff_t pitch = (ptrdiff_t)step * params->input_channels;
    int32_t *const end = words + conv->part;
    while (words != end && x < 0) {
        *words++ = zero;
        x += step;
    }
    if (x < width) {
        const int8_t *source = row + (ptrdiff_t)x * params->input_channels;
        while (words != end && x < width) {
            *words++ = *source;
            source += pitch;
            x += step;
        }
    }
    while (words != end) {
        *words++ = zero;
    }
}

/* One channel of `count` input rows from y on. */
static void cg_tile_strip(const cg_tile_depthwise *conv, const cg_rows *image, int32_t y, int32_t count,
                          int32_t channel) {
    const cg_depthwise_conv_2d_tile_s8_params *params = conv->params;
    int32_t *words = conv->strip;
    for (; count > 0; --count) {
        const int8_t *row = (const int8_t *)cg_row(image, y);
        for (int32_t phase = 0; phase < params->stride_width; ++phase) {
            cg_tile_part(conv, row == NULL ? NULL : row + channel, phase - params->pad_left, words);
            words += conv->part;
        }
        ++y;
    }
}

/* The taps of one output channel; those that fill up have the weight 0. */
static void cg_tile_taps(cg_tile_depthwise *conv, const int8_t *weights) {
    const cg_depthwise_conv_2d_tile_s8_params *params = conv->params;
    int32_t *tap = conv->taps;
    int32_t row = 0;
    for (int32_t i = 0; i < params->filter_height; ++i) {
        int32_t phase = 0;
        int32_t column = row;
        for (int32_t j = 0; j < params->filter_width; ++j) {
            *tap++ = (phase * conv->part + column) * (int32_t)sizeof(int32_t);
            *tap++ = *weights++;
            phase += params->dilation_width;
            while (phase >= params->stride_width) {
                phase -= params->stride_width;
                ++column;
            }
        }
        row += params->dilation_height * params->row_words;
    }
    for (; tap != conv->taps_end; tap += 2) {
        tap[0] = 0;
        tap[1] = 0;
    }
}

/* One output row of one channel, from the strip at `base`. */
static void cg_tile_row_of_channel(const cg_tile_depthwise *conv, const int32_t *base, const int32_t *steps,
                                   int8_t *output) {
    const cg_depthwise_conv_2d_tile_s8_params *params = conv->params;
    const int32_t channels = params->input_channels * params->depth_multiplier;
    const int32_t tiles = params->output_width / CG_TILE;
    const int32_t left = params->output_width - tiles * CG_TILE;
    cg_tile_job job;
    job.values = base;
    job.steps = steps;
    job.output = output;
    job.output_step = CG_TILE * channels;
    job.taps = conv->taps;
    job.taps_end = conv->taps_end;
    for (int32_t i = 0; i < CG_TILE; ++i) {
        job.places[i] = i * channels;
    }
    if (tiles > 0) {
        job.output_end = output + (ptrdiff_t)tiles * job.output_step;
        cg_tile_line_s8(&job);
    }
    if (left > 0) {
        job.output_end = job.output + job.output_step;
        for (int32_t i = left; i < CG_TILE; ++i) {
            job.places[i] = 0;
        }
        cg_tile_line_s8(&job);
    }
}

void cg_depthwise_conv_2d_tile_s8(const cg_depthwise_conv_2d_tile_s8_params *params, const cg_rows *input,
                                  const int8_t *weights, const int32_t *steps, int32_t y0, int32_t y1, void *scratch,
                                  int8_t *output) {
    const int32_t taps = params->filter_height * params->filter_width;
    const int32_t multiplier = params->depth_multiplier;
    const ptrdiff_t pitch = (ptrdiff_t)params->output_width * params->input_channels * multiplier;
    const ptrdiff_t row_words = (ptrdiff_t)params->stride_height * params->row_words;
    int8_t *const first = output;
    const int32_t span = (params->filter_height - 1) * params->dilation_height + 1;
    cg_tile_depthwise conv;
    conv.params = params;
    conv.taps = (int32_t *)scratch;
    conv.taps_end = conv.taps + (ptrdiff_t)2 * ((taps + 2) / 3 * 3);
    conv.strip = conv.taps_end;
    conv.part = params->row_words / params->stride_width;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; y += params->block_rows) {
            const int32_t rows = y1 - y < params->block_rows ? y1 - y : params->block_rows;
            const int32_t strip_rows = (rows - 1) * params->stride_height + span;
            for (int32_t channel = 0; channel < params->input_channels; ++channel) {
                cg_tile_strip(&conv, &image, y * params->stride_height - params->pad_top, strip_rows, channel);
                for (int32_t i = channel * multiplier; i < (channel + 1) * multiplier; ++i) {
                    cg_tile_taps(&conv, weights + (ptrdiff_t)i * taps);
                    for (int32_t row = 0; row < rows; ++row) {
                        cg_tile_row_of_channel(&conv, conv.strip + row * row_words, steps + (ptrdiff_t)4 * i,
                                               output + row * pitch + i);
                    }
                }
            }
            output += rows * pitch;
        }
    }
    cg_tile_clamp(first, output, params->activation_min, params->activation_max);
}
