/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_direct_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_direct_pixel_s8.h"

/* What stays the same during a call. */
typedef struct {
    const cg_conv_2d_direct_s8_params *params;
    int32_t *rows; /* where each row of the window is, in bytes from `base`; -1 for padding */
    const int8_t *base;
    uint32_t *values; /* the widened window */
    int8_t *rest;     /* what is left of its runs */
    int32_t *runs;    /* or where its runs are */
    int8_t *outside;  /* a pixel of padding; widened: a row of a window with some */
    int32_t run_bytes;
    int32_t row_runs; /* runs of a row of the filter */
    int32_t run_step; /* bytes from one to the next */
    int all_rows;     /* no row of the window is padding */
    int32_t block_words;
    cg_direct_pixel pixel;
} cg_direct_conv;

static void cg_direct_find_rows(cg_direct_conv *conv, const cg_rows *image, int32_t y) {
    const cg_conv_2d_direct_s8_params *params = conv->params;
    int32_t input_y = y * params->stride_height - params->pad_top;
    conv->base = (const int8_t *)image->base;
    conv->all_rows = 1;
    for (int32_t row = 0; row < params->filter_height; ++row) {
        const int8_t *found = (const int8_t *)cg_row(image, input_y);
        conv->rows[row] = found != NULL ? (int32_t)(found - conv->base) : -1;
        conv->all_rows = found != NULL ? conv->all_rows : 0;
        input_y += params->dilation_height;
    }
}

/* The row of the window at column x, with the zero point where it is padding. */
static const int8_t *cg_direct_padded(const cg_direct_conv *conv, int32_t row, int32_t x) {
    const cg_conv_2d_direct_s8_params *params = conv->params;
    const size_t channels = (size_t)params->input_channels;
    int8_t *to = conv->outside;
    for (int32_t tap = 0; tap < params->filter_width; ++tap) {
        if (row < 0 || x < 0 || x >= params->input_width) {
            memset(to, params->input_zero_point, channels);
        } else {
            memcpy(to, conv->base + row + (ptrdiff_t)x * params->input_channels, channels);
        }
        to += channels;
        x += params->dilation_width;
    }
    return conv->outside;
}

static uint32_t *cg_direct_widen(const int8_t *source, int32_t count, uint32_t *values) {
    for (const int8_t *end = source + count; source != end; source += 4) {
        cg_widen_quad(source, values);
        values += 2;
    }
    return values;
}

static void cg_direct_widen_window(cg_direct_conv *conv, int32_t x, int inside) {
    const cg_conv_2d_direct_s8_params *params = conv->params;
    const int32_t whole = conv->run_bytes & ~3;
    uint32_t *values = conv->values;
    int8_t *rest = conv->rest;
    for (int32_t row = 0; row < params->filter_height; ++row) {
        const int32_t offset = conv->rows[row];
        const int8_t *source;
        int32_t step = conv->run_step;
        if (inside && offset >= 0) {
            source = conv->base + offset + (ptrdiff_t)x * params->input_channels;
        } else {
            source = cg_direct_padded(conv, offset, x);
            step = conv->run_bytes;
        }
        for (int32_t run = 0; run < conv->row_runs; ++run) {
            values = cg_direct_widen(source, whole, values);
            for (int32_t i = whole; i < conv->run_bytes; ++i) {
                *rest++ = source[i];
            }
            source += step;
        }
    }
    (void)cg_direct_widen(conv->rest, (int32_t)((const int8_t *)conv->outside - conv->rest), values);
}

/* Where a run is, as cg_direct_pixel_s8 wants it; `offset` from `base`, less than 0 for padding. */
static int32_t cg_direct_place(const cg_direct_conv *conv, int32_t offset) {
#if CG_DSP
    return (int32_t)(uintptr_t)(offset < 0 ? conv->outside : conv->base + offset);
#else
    (void)conv;
    return offset;
#endif
}

/* The runs of the window at column x: rows of the filter where they are in the input, else its pixels. */
static void cg_direct_find_runs(cg_direct_conv *conv, int32_t x, int inside) {
    const cg_conv_2d_direct_s8_params *params = conv->params;
    const int in_rows = inside && conv->all_rows && conv->row_runs == 1;
    const int32_t taps = in_rows ? 1 : params->filter_width;
    int32_t *runs = conv->runs;
    for (int32_t row = 0; row < params->filter_height; ++row) {
        int32_t column = x;
        for (int32_t tap = 0; tap < taps; ++tap) {
            const int is_there = conv->rows[row] >= 0 && column >= 0 && column < params->input_width;
            const int32_t offset = is_there ? conv->rows[row] + column * params->input_channels : -1;
            *runs++ = cg_direct_place(conv, offset);
            column += params->dilation_width;
        }
    }
    conv->pixel.runs_end = runs;
    conv->pixel.quads = (in_rows ? conv->run_bytes : params->input_channels) >> 2;
    conv->pixel.base = conv->base;
}

/* The outputs of a pixel, whose values are there. */
static void cg_direct_multiply(cg_direct_conv *conv) {
    const int32_t channels = conv->params->output_channels;
    const int32_t rest = channels & (CG_DIRECT_CHANNELS - 1);
    cg_direct_pixel *pixel = &conv->pixel;
    if (channels >= CG_DIRECT_CHANNELS) {
        cg_direct_pixel_s8(pixel);
    }
    if (rest != 0) {
        int8_t last[CG_DIRECT_CHANNELS];
        cg_direct_pixel some = *pixel;
        some.stream = pixel->stream_end;
        some.stream_end += conv->block_words;
        some.output = last;
        cg_direct_pixel_s8(&some);
        memcpy(pixel->output + channels - rest, last, (size_t)rest);
    }
    pixel->output += channels;
}

static void cg_direct_image(cg_direct_conv *conv, const cg_rows *image, int32_t y0, int32_t y1) {
    const cg_conv_2d_direct_s8_params *params = conv->params;
    const int32_t last = params->input_width - (params->filter_width - 1) * params->dilation_width - 1;
    for (int32_t y = y0; y < y1; ++y) {
        int32_t x = -params->pad_left;
        cg_direct_find_rows(conv, image, y);
        for (int32_t i = 0; i < params->output_width; ++i) {
            const int inside = x >= 0 && x <= last;
            if (params->widened != 0) {
                cg_direct_widen_window(conv, x, inside);
            } else {
                cg_direct_find_runs(conv, x, inside);
            }
            cg_direct_multiply(conv);
            x += params->stride_width;
        }
    }
}

static void cg_direct_clamp(const cg_conv_2d_direct_s8_params *params, int8_t *from, const int8_t *to) {
    for (; from != to; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int8_t)(value > params->activation_max ? params->activation_max : value);
    }
}

void cg_conv_2d_direct_s8(const cg_conv_2d_direct_s8_params *params, const cg_rows *input, const int32_t *stream,
                          int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    const int whole_rows = params->dilation_width == 1;
    cg_direct_conv conv;
    conv.params = params;
    conv.run_bytes = (whole_rows ? params->filter_width : 1) * params->input_channels;
    conv.row_runs = whole_rows ? 1 : params->filter_width;
    conv.run_step = params->dilation_width * params->input_channels;
    conv.block_words = 4 * params->quads + CG_DIRECT_BLOCK_WORDS;
    conv.rows = (int32_t *)scratch;
    conv.runs = conv.rows + params->filter_height;
    conv.values = NULL;
    if (params->widened != 0) {
        const int32_t runs = params->filter_height * conv.row_runs;
        conv.values = (uint32_t *)conv.runs;
        conv.rest = (int8_t *)(conv.values + 2 * (ptrdiff_t)params->quads);
        conv.outside = conv.rest + 4 * (ptrdiff_t)(params->quads - runs * (conv.run_bytes >> 2));
        memset(conv.rest, 0, (size_t)(conv.outside - conv.rest)); /* weights beyond are 0, but a value must be there */
    } else {
        conv.outside = (int8_t *)(conv.runs + (ptrdiff_t)params->filter_height * params->filter_width);
        memset(conv.outside, params->input_zero_point, (size_t)params->input_channels);
    }
    conv.pixel.stream = stream;
    conv.pixel.stream_end = stream + (ptrdiff_t)(params->output_channels / CG_DIRECT_CHANNELS) * conv.block_words;
    conv.pixel.output = output;
    conv.pixel.runs = conv.runs;
    conv.pixel.values = conv.values;
    conv.pixel.quads = params->quads;
    conv.pixel.linear = params->linear;
    conv.pixel.outside = conv.outside;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        cg_direct_image(&conv, &image, y0, y1);
    }
    if (params->activation_min > -128 || params->activation_max < 127) {
        cg_direct_clamp(params, output, conv.pixel.output);
    }
}
