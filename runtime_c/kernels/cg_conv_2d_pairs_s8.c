/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_conv_2d_pairs_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_pairs_tile_s8.h"

/* What stays the same during a call. */
typedef struct {
    const cg_conv_2d_pairs_s8_params *params;
    const int32_t *stream;
    uint32_t *values; /* of three pixels */
    int32_t *rows;    /* offset of each row of the window, -1 for padding */
    int8_t *padded;   /* a row of a window over padding */
    int32_t run_bytes;
    int32_t row_runs; /* runs of a row of the filter */
    int32_t run_step; /* bytes from one to the next */
    int32_t quads;    /* whole ones of a run */
    int32_t pixels;   /* gathered */
    int8_t *output;
    cg_pairs_tile tile;
} cg_pairs_conv;

/* The values of a run; what is left after whole quads goes to *rest, `odd` being its number of values so far. */
static uint32_t *cg_pairs_run(const cg_pairs_conv *conv, const int8_t *source, uint32_t *values, uint32_t *rest,
                              int32_t *odd) {
    int32_t left = conv->quads;
    for (; left >= 4; left -= 4) {
        cg_widen_quad(source, values);
        cg_widen_quad(source + 4, values + CG_PAIRS_QUAD);
        cg_widen_quad(source + 8, values + 2 * CG_PAIRS_QUAD);
        cg_widen_quad(source + 12, values + 3 * CG_PAIRS_QUAD);
        source += 16;
        values += 4 * CG_PAIRS_QUAD;
    }
    for (; left > 0; --left) {
        cg_widen_quad(source, values);
        source += 4;
        values += CG_PAIRS_QUAD;
    }
    for (int32_t i = conv->run_bytes & 3; i > 0; --i) {
        const int32_t n = (*odd)++;
        uint32_t *word = rest + (n >> 2) * CG_PAIRS_QUAD + ((n >> 1) & 1);
        *word = (n & 1) != 0 ? *word | ((uint32_t)*source << 16) : cg_halves(*source, 0);
        ++source;
    }
    return values;
}

/* The row of the window at column x, with the zero point where it is padding. */
static const int8_t *cg_pairs_padded(const cg_pairs_conv *conv, const int8_t *row, int32_t x) {
    const cg_conv_2d_pairs_s8_params *params = conv->params;
    const size_t channels = (size_t)params->input_channels;
    int8_t *to = conv->padded;
    for (int32_t tap = 0; tap < params->filter_width; ++tap) {
        if (row == NULL || x < 0 || x >= params->input_width) {
            memset(to, params->input_zero_point, channels);
        } else {
            memcpy(to, row + (ptrdiff_t)x * params->input_channels, channels);
        }
        to += channels;
        x += params->dilation_width;
    }
    return conv->padded;
}

/* Widens the window at column x into the place of a pixel. */
static void cg_pairs_gather(const cg_pairs_conv *conv, const int8_t *base, int32_t x, uint32_t *values) {
    const cg_conv_2d_pairs_s8_params *params = conv->params;
    const int32_t span = (params->filter_width - 1) * params->dilation_width + 1;
    const int inside = x >= 0 && x + span <= params->input_width;
    const ptrdiff_t column = (ptrdiff_t)x * params->input_channels;
    uint32_t *rest = values + (ptrdiff_t)params->filter_height * conv->row_runs * conv->quads * CG_PAIRS_QUAD;
    int32_t odd = 0;
    if ((conv->run_bytes & 3) != 0) { /* weights beyond the last value are 0, but any value must be there */
        uint32_t *last = values + (ptrdiff_t)(params->quads - 1) * CG_PAIRS_QUAD;
        last[0] = 0;
        last[1] = 0;
    }
    for (int32_t row = 0; row < params->filter_height; ++row) {
        const int32_t offset = conv->rows[row];
        const int8_t *source;
        int32_t step = conv->run_step;
        if (offset >= 0 && inside) {
            source = base + offset + column;
        } else {
            source = cg_pairs_padded(conv, offset >= 0 ? base + offset : NULL, x);
            step = conv->run_bytes;
        }
        for (int32_t run = 0; run < conv->row_runs; ++run) {
            values = cg_pairs_run(conv, source, values, rest, &odd);
            source += step;
        }
    }
}

/* Multiplies the gathered pixels, and goes on to the next ones. */
static void cg_pairs_multiply(cg_pairs_conv *conv) {
    const int32_t channels = conv->params->output_channels;
    const int32_t pair = 2 * conv->params->quads + 8;
    cg_pairs_tile *tile = &conv->tile;
    tile->step1 = conv->pixels > 1 ? channels : 0;
    tile->step2 = conv->pixels > 2 ? 2 * channels : 0;
    tile->stream = conv->stream;
    tile->stream_end = conv->stream + (ptrdiff_t)(channels >> 1) * pair;
    tile->output = conv->output;
    if (channels > 1) {
        cg_pairs_tile_s8(tile);
    }
    if ((channels & 1) != 0) { /* the last channel has no partner in the output */
        int8_t last[2 * CG_PAIRS_PIXELS];
        tile->stream = tile->stream_end;
        tile->stream_end += pair;
        tile->output = last;
        tile->step1 = conv->pixels > 1 ? 2 : 0;
        tile->step2 = conv->pixels > 2 ? 4 : 0;
        cg_pairs_tile_s8(tile);
        for (int32_t i = 0; i < conv->pixels; ++i) {
            conv->output[(ptrdiff_t)(i + 1) * channels - 1] = last[2 * i];
        }
    }
    conv->output += (ptrdiff_t)conv->pixels * channels;
    conv->pixels = 0;
}

/* A filter of one pixel over pixels that follow each other. */
static void cg_pairs_flat(cg_pairs_conv *conv, const int8_t *source, int32_t pixels) {
    const int32_t channels = conv->params->input_channels;
    for (; pixels >= CG_PAIRS_PIXELS; pixels -= CG_PAIRS_PIXELS) {
        cg_pairs_widen_s8(source, channels, channels, conv->values);
        conv->pixels = CG_PAIRS_PIXELS;
        cg_pairs_multiply(conv);
        source += (ptrdiff_t)CG_PAIRS_PIXELS * channels;
    }
    if (pixels > 0) {
        for (; conv->pixels < pixels; ++conv->pixels) {
            uint32_t rest;
            int32_t odd = 0;
            (void)cg_pairs_run(conv, source, conv->values + 2 * conv->pixels, &rest, &odd);
            source += channels;
        }
        cg_pairs_multiply(conv);
    }
}

/* Where the rows of the window of output row y are. */
static void cg_pairs_find_rows(const cg_pairs_conv *conv, const cg_rows *image, int32_t y) {
    const cg_conv_2d_pairs_s8_params *params = conv->params;
    int32_t input_y = y * params->stride_height - params->pad_top;
    for (int32_t row = 0; row < params->filter_height; ++row) {
        const int8_t *found = (const int8_t *)cg_row(image, input_y);
        conv->rows[row] = found != NULL ? (int32_t)(found - (const int8_t *)image->base) : -1;
        input_y += params->dilation_height;
    }
}

static void cg_pairs_image(cg_pairs_conv *conv, const cg_rows *image, int32_t y0, int32_t y1, int flat) {
    const cg_conv_2d_pairs_s8_params *params = conv->params;
    if (flat && image->capacity == image->height && image->pitch == params->input_width * params->input_channels) {
        cg_pairs_flat(conv, (const int8_t *)cg_row(image, y0), (y1 - y0) * params->output_width);
        return;
    }
    for (int32_t y = y0; y < y1; ++y) {
        if (flat) {
            cg_pairs_flat(conv, (const int8_t *)cg_row(image, y), params->output_width);
            continue;
        }
        int32_t x = -params->pad_left;
        cg_pairs_find_rows(conv, image, y);
        for (int32_t i = 0; i < params->output_width; ++i) {
            cg_pairs_gather(conv, (const int8_t *)image->base, x, conv->values + 2 * conv->pixels);
            x += params->stride_width;
            if (++conv->pixels == CG_PAIRS_PIXELS) {
                cg_pairs_multiply(conv);
            }
        }
    }
    if (conv->pixels > 0) {
        cg_pairs_multiply(conv);
    }
}

static void cg_pairs_clamp(const cg_conv_2d_pairs_s8_params *params, int8_t *from, const int8_t *to) {
    for (; from != to; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int8_t)(value > params->activation_max ? params->activation_max : value);
    }
}

void cg_conv_2d_pairs_s8(const cg_conv_2d_pairs_s8_params *params, const cg_rows *input, const int32_t *stream,
                         int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    const int whole_rows = params->dilation_width == 1;
    const int flat = params->filter_height == 1 && params->filter_width == 1 && params->stride_height == 1 &&
                     params->stride_width == 1 && params->pad_top == 0 && params->pad_left == 0 &&
                     params->output_width == params->input_width && (params->input_channels & 3) == 0;
    cg_pairs_conv conv;
    conv.params = params;
    conv.stream = stream;
    conv.values = (uint32_t *)scratch;
    conv.rows = (int32_t *)(conv.values + (ptrdiff_t)params->quads * CG_PAIRS_QUAD);
    conv.padded = (int8_t *)(conv.rows + params->filter_height);
    conv.run_bytes = (whole_rows ? params->filter_width : 1) * params->input_channels;
    conv.row_runs = whole_rows ? 1 : params->filter_width;
    conv.run_step = params->dilation_width * params->input_channels;
    conv.quads = conv.run_bytes >> 2;
    conv.pixels = 0;
    conv.output = output;
    conv.tile.values = conv.values;
    conv.tile.end = conv.values + (ptrdiff_t)params->quads * CG_PAIRS_QUAD;
    conv.tile.entry = cg_pairs_entry(params->quads);
    conv.tile.linear = params->linear;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        cg_pairs_image(&conv, &image, y0, y1, flat);
    }
    if (params->activation_min > -128 || params->activation_max < 127) {
        cg_pairs_clamp(params, output, conv.output);
    }
}
