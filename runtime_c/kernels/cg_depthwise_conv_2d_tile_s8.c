/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_conv_2d_tile_s8.h"

#include <stddef.h>

/* Height or width, as the strip has it: along its lines, or across them. */
typedef struct {
    int32_t filter;
    int32_t stride;
    int32_t dilation;
    int32_t first;      /* input coordinate of the strip's first line, or of a line's first word */
    int32_t outputs;    /* of the block */
    ptrdiff_t distance; /* bytes from output to output */
} cg_tile_axis;

typedef struct {
    const cg_depthwise_conv_2d_tile_s8_params *params;
    const cg_rows *image;
    int32_t *taps; /* offset in the strip, in bytes, and weight */
    int32_t *taps_end;
    int32_t *strip;
    int32_t part; /* words of a part of a line */
    cg_tile_axis along;
    cg_tile_axis across;
    ptrdiff_t tiles;   /* bytes of output that whole tiles of a line span */
    cg_tile_job whole; /* these tiles */
    cg_tile_job rest;  /* the tile after them */
    int has_rest;
} cg_tile_depthwise;

/* Words of a part of a line from coordinate `at` on: every step-th of `size` elements that are `pitch` bytes apart. */
static void cg_tile_part(const cg_tile_depthwise *conv, const int8_t *source, int32_t size, ptrdiff_t pitch, int32_t at,
                         int32_t *words) {
    const int32_t step = conv->along.stride;
    const int32_t zero = conv->params->input_zero_point;
    int32_t *const end = words + conv->part;
    while (words != end && at < 0) {
        *words++ = zero;
        at += step;
    }
    if (at < size) {
        const int32_t left = (size - at + step - 1) / step;
        int32_t *const last = end - words < left ? end : words + left;
        source += at * pitch;
        pitch *= step;
        while (words != last) {
            *words++ = *source;
            source += pitch;
        }
    }
    while (words != end) {
        *words++ = zero;
    }
}

/* The same of a column whose rows are in a ring. */
static void cg_tile_ring_part(const cg_tile_depthwise *conv, ptrdiff_t place, int32_t y, int32_t *words) {
    int32_t *const end = words + conv->part;
    for (; words != end; ++words) {
        const int8_t *row = (const int8_t *)cg_row(conv->image, y);
        *words = row == NULL ? conv->params->input_zero_point : row[place];
        y += conv->along.stride;
    }
}

/* One part of the column at x. */
static void cg_tile_column_part(const cg_tile_depthwise *conv, int32_t x, int32_t channel, int32_t y, int32_t *words) {
    const cg_rows *image = conv->image;
    const ptrdiff_t place = (ptrdiff_t)x * conv->params->input_channels + channel;
    if (x < 0 || x >= conv->params->input_width) {
        cg_tile_part(conv, NULL, 0, 0, y, words);
    } else if (image->capacity == image->height) {
        cg_tile_part(conv, (const int8_t *)image->base + place, image->height, image->pitch, y, words);
    } else {
        cg_tile_ring_part(conv, place, y, words);
    }
}

/* One part of a row. */
static void cg_tile_row_part(const cg_tile_depthwise *conv, const int8_t *row, int32_t channel, int32_t x,
                             int32_t *words) {
    const int32_t channels = conv->params->input_channels;
    if (row == NULL) {
        cg_tile_part(conv, NULL, 0, 0, x, words);
    } else {
        cg_tile_part(conv, row + channel, conv->params->input_width, channels, x, words);
    }
}

/* One channel of what the block reads. */
static void cg_tile_strip(const cg_tile_depthwise *conv, int32_t channel) {
    const int32_t span = (conv->across.filter - 1) * conv->across.dilation + 1;
    const int32_t lines = (conv->across.outputs - 1) * conv->across.stride + span;
    int32_t *words = conv->strip;
    for (int32_t line = 0; line < lines; ++line) {
        const int32_t place = conv->across.first + line;
        const int8_t *row = conv->params->columns ? NULL : (const int8_t *)cg_row(conv->image, place);
        for (int32_t phase = 0; phase < conv->along.stride; ++phase) {
            if (conv->params->columns) {
                cg_tile_column_part(conv, place, channel, conv->along.first + phase, words);
            } else {
                cg_tile_row_part(conv, row, channel, conv->along.first + phase, words);
            }
            words += conv->part;
        }
    }
}

/* Where the taps are in the strip; those that fill up have the weight 0. */
static void cg_tile_offsets(const cg_tile_depthwise *conv) {
    const int32_t line_words = conv->part * conv->along.stride;
    int32_t *tap = conv->taps;
    int32_t line = 0;
    for (int32_t i = 0; i < conv->across.filter; ++i) {
        int32_t phase = 0;
        int32_t place = line;
        for (int32_t j = 0; j < conv->along.filter; ++j) {
            *tap = (phase * conv->part + place) * (int32_t)sizeof(int32_t);
            tap += 2;
            phase += conv->along.dilation;
            while (phase >= conv->along.stride) {
                phase -= conv->along.stride;
                ++place;
            }
        }
        line += conv->across.dilation * line_words;
    }
    for (; tap != conv->taps_end; tap += 2) {
        tap[0] = 0;
        tap[1] = 0;
    }
}

/* The weights of one output channel. */
static void cg_tile_weights(const cg_tile_depthwise *conv, const int8_t *weights, int32_t count) {
    int32_t *tap = conv->taps + 1;
    for (; count > 0; --count) {
        *tap = *weights++;
        tap += 2;
    }
}

/* The outputs of one channel along one line, from the strip at `base`: whole tiles by one job, the rest by another. */
static void cg_tile_outputs(cg_tile_depthwise *conv, const int32_t *base, const int32_t *steps, int8_t *output) {
    if (conv->tiles != 0) {
        conv->whole.values = base;
        conv->whole.steps = steps;
        conv->whole.output = output;
        conv->whole.output_end = output + conv->tiles;
        cg_tile_line_s8(&conv->whole);
        base = conv->whole.values;
        output = conv->whole.output;
    }
    if (conv->has_rest) {
        conv->rest.values = base;
        conv->rest.steps = steps;
        conv->rest.output = output;
        conv->rest.output_end = output + conv->rest.output_step;
        cg_tile_line_s8(&conv->rest);
    }
}

/* What stays the same for all lines of a block. */
static void cg_tile_prepare(cg_tile_depthwise *conv) {
    const int32_t distance = (int32_t)conv->along.distance;
    const int32_t left = conv->along.outputs % CG_TILE;
    conv->whole.taps = conv->taps;
    conv->whole.taps_end = conv->taps_end;
    conv->whole.output_step = CG_TILE * distance;
    conv->rest.taps = conv->taps;
    conv->rest.taps_end = conv->taps_end;
    conv->rest.output_step = conv->whole.output_step;
    for (int32_t i = 0; i < CG_TILE; ++i) {
        conv->whole.places[i] = i * distance;
        conv->rest.places[i] = i < left ? i * distance : 0;
    }
    conv->has_rest = left != 0;
    conv->tiles = (ptrdiff_t)(conv->along.outputs - left) * distance;
}

/* A block of output rows. */
static void cg_tile_block(cg_tile_depthwise *conv, const int8_t *weights, const int32_t *steps, int8_t *output) {
    const cg_depthwise_conv_2d_tile_s8_params *params = conv->params;
    const int32_t taps = params->filter_height * params->filter_width;
    const ptrdiff_t line_words = (ptrdiff_t)conv->across.stride * conv->part * conv->along.stride;
    cg_tile_prepare(conv);
    for (int32_t channel = 0; channel < params->input_channels; ++channel) {
        cg_tile_strip(conv, channel);
        for (int32_t i = 0; i < params->depth_multiplier; ++i) {
            const int32_t *base = conv->strip;
            int8_t *place = output;
            cg_tile_weights(conv, weights, taps);
            for (int32_t line = 0; line < conv->across.outputs; ++line) {
                cg_tile_outputs(conv, base, steps, place);
                base += line_words;
                place += conv->across.distance;
            }
            weights += taps;
            steps += 4;
            ++output;
        }
    }
}

static cg_tile_axis cg_tile_height(const cg_depthwise_conv_2d_tile_s8_params *params, int32_t y, int32_t rows) {
    cg_tile_axis axis;
    axis.filter = params->filter_height;
    axis.stride = params->stride_height;
    axis.dilation = params->dilation_height;
    axis.first = y * params->stride_height - params->pad_top;
    axis.outputs = rows;
    axis.distance = (ptrdiff_t)params->output_width * params->input_channels * params->depth_multiplier;
    return axis;
}

static cg_tile_axis cg_tile_width(const cg_depthwise_conv_2d_tile_s8_params *params) {
    cg_tile_axis axis;
    axis.filter = params->filter_width;
    axis.stride = params->stride_width;
    axis.dilation = params->dilation_width;
    axis.first = -params->pad_left;
    axis.outputs = params->output_width;
    axis.distance = (ptrdiff_t)params->input_channels * params->depth_multiplier;
    return axis;
}

void cg_depthwise_conv_2d_tile_s8(const cg_depthwise_conv_2d_tile_s8_params *params, const cg_rows *input,
                                  const int8_t *weights, const int32_t *steps, int32_t y0, int32_t y1, void *scratch,
                                  int8_t *output) {
    const int32_t taps = params->filter_height * params->filter_width;
    int8_t *const first = output;
    cg_tile_depthwise conv;
    conv.params = params;
    conv.taps = (int32_t *)scratch;
    conv.taps_end = conv.taps + (ptrdiff_t)2 * ((taps + 2) / 3 * 3);
    conv.strip = conv.taps_end;
    conv.part = params->part_words;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        conv.image = &image;
        for (int32_t y = y0; y < y1; y += params->block_rows) {
            const int32_t rows = y1 - y < params->block_rows ? y1 - y : params->block_rows;
            const cg_tile_axis height = cg_tile_height(params, y, rows);
            const cg_tile_axis width = cg_tile_width(params);
            conv.along = params->columns ? height : width;
            conv.across = params->columns ? width : height;
            if (n == 0 && y == y0) {
                cg_tile_offsets(&conv);
            }
            cg_tile_block(&conv, weights, steps, output);
            output += rows * height.distance;
        }
    }
    cg_tile_clamp(first, output, params->activation_min, params->activation_max);
}
