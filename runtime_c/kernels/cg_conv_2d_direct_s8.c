/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_direct_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_direct_pixel_s8.h"
#include "cg_direct_window_s8.h"

/* What stays the same during a call. */
typedef struct {
    const cg_conv_2d_direct_s8_params *params;
    int32_t *rows; /* where each row of the window is, in bytes from `base`; -1 for padding */
    int32_t first; /* of those that are none, and how many */
    int32_t count;
    const int8_t *base;
    uint32_t *values; /* the widened window */
    int8_t *rest;     /* what is left of its runs */
    int32_t rest_quads;
    int32_t *runs;   /* or where its runs are */
    int8_t *outside; /* a pixel of padding; widened: a row of a window with some */
    int32_t run_bytes;
    int32_t row_runs; /* runs of a row of the filter */
    int32_t run_step; /* bytes from one to the next */
    int32_t block_words;
    cg_direct_window window;
    cg_direct_pixel pixel;
} cg_direct_conv;

static void cg_direct_find_rows(cg_direct_conv *conv, const cg_rows *image, int32_t y) {
    const cg_conv_2d_direct_s8_params *params = conv->params;
    int32_t input_y = y * params->stride_height - params->pad_top;
    conv->base = (const int8_t *)image->base;
    conv->first = 0;
    conv->count = 0;
    for (int32_t row = 0; row < params->filter_height; ++row) {
        const int8_t *found = (const int8_t *)cg_row(image, input_y);
        conv->rows[row] = found != NULL ? (int32_t)(found - conv->base) : -1;
        if (found != NULL) {
            conv->first = conv->count == 0 ? row : conv->first;
            ++conv->count;
        }
        input_y += params->dilation_height;
    }
}

static uint32_t *cg_direct_widen(const int8_t *source, int32_t count, uint32_t *values) {
    for (const int8_t *end = source + count; source != end; source += 4) {
        uint32_t words[2];
        cg_widen_quad(source, words);
        values[0] = words[0];
        values[1] = words[1];
        values += 2;
    }
    return values;
}

/* The row of the window at column x, with the zero point where it is padding; pixels stand `run_bytes` apart. */
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

/* The window at column x, whatever of it is padding. */
static void cg_direct_widen_any(cg_direct_conv *conv, int32_t x, int inside) {
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
    (void)cg_direct_widen(conv->rest, 4 * conv->rest_quads, values);
}

/* The window at column x, which reaches over the side of the image, where its rows are whole quads: first as bytes. */
static void cg_direct_widen_edge(cg_direct_conv *conv, int32_t x) {
    const cg_conv_2d_direct_s8_params *params = conv->params;
    const int32_t bytes = 4 * params->quads;
    const int32_t end = params->input_width - x; /* tap that is no more in the image, if any */
    const int32_t from = (x < 0 ? -x : 0) * params->input_channels;
    const int32_t to = end < params->filter_width ? end * params->input_channels : conv->run_bytes;
    const int32_t *rows = conv->rows + conv->first;
    const int32_t one_row = 0;
    cg_direct_window all;
    int8_t *raw = (int8_t *)conv->values + bytes;
    int8_t *line = raw + conv->first * conv->run_bytes;
    memset(raw, params->input_zero_point, (size_t)bytes);
    for (int32_t row = 0; row < conv->count; ++row) {
        const int8_t *source = conv->base + rows[row] + x * params->input_channels + from;
        int8_t *place = line + from;
        for (const int8_t *last = line + to; place != last;) {
            *place++ = *source++;
        }
        line += conv->run_bytes;
    }
    all.rows = &one_row;
    all.count = 1;
    all.source = raw;
    all.quads = params->quads;
    all.values = conv->values;
    all.left = 0;
    all.rest = raw;
    cg_direct_window_s8(&all);
}

static void cg_direct_widen_window(cg_direct_conv *conv, int32_t x, int inside) {
    if (conv->row_runs > 1) {
        cg_direct_widen_any(conv, x, inside);
    } else if (inside) {
        conv->window.source = conv->base + (ptrdiff_t)x * conv->params->input_channels;
        if (conv->count > 0) {
            cg_direct_window_s8(&conv->window);
        }
        if (conv->rest_quads > 0) {
            (void)cg_direct_widen(conv->rest, 4 * conv->rest_quads,
                                  conv->values + 2 * (conv->params->quads - conv->rest_quads));
        }
    } else if (conv->rest_quads > 0) {
        cg_direct_widen_any(conv, x, inside);
    } else {
        cg_direct_widen_edge(conv, x);
    }
}

/* What windows of a row of pixels have in common: their rows of padding, which stay, and where the others begin. */
static void cg_direct_begin_row(cg_direct_conv *conv) {
    const cg_conv_2d_direct_s8_params *params = conv->params;
    const uint32_t zero = cg_halves(params->input_zero_point, params->input_zero_point);
    const int32_t words = 2 * conv->window.quads;
    conv->window.rows = conv->rows + conv->first;
    conv->window.count = conv->count;
    conv->window.values = conv->values + (ptrdiff_t)words * conv->first;
    conv->window.rest = conv->rest + conv->window.left * conv->first;
    if (conv->count < params->filter_height && conv->row_runs == 1) {
        for (int32_t i = 0; i < words * params->filter_height; ++i) {
            conv->values[i] = zero;
        }
        memset(conv->rest, params->input_zero_point, (size_t)(conv->window.left * params->filter_height));
    }
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
    const int in_rows = inside && conv->count == params->filter_height && conv->row_runs == 1;
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
        if (params->widened != 0) {
            cg_direct_begin_row(conv);
        }
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
        conv.window.quads = conv.run_bytes >> 2;
        conv.window.left = conv.run_bytes & 3;
        conv.rest = (int8_t *)(conv.values + 2 * (ptrdiff_t)params->quads);
        conv.rest_quads = params->quads - runs * conv.window.quads;
        conv.outside = conv.rest + 4 * (ptrdiff_t)conv.rest_quads;
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
