/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_tiles_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_pairs_nine_s8.h"

/* What stays the same during a call. */
typedef struct {
    const cg_conv_2d_tiles_params *params;
    uint32_t *values; /* of three pixels */
    int32_t *rows;    /* where each row of the window is, in bytes from `base`; -1 for padding */
    int32_t *taps;    /* the same of each pixel of the window, where channels are whole quads; else NULL */
    int32_t next;     /* the first input row that is not among the copied ones */
    int8_t *padded;   /* rows with their padding, or one row of a window over padding */
    const int8_t *base;
    int32_t run_bytes;
    int32_t row_runs; /* runs of a row of the filter */
    int32_t pixels;   /* gathered */
    int all_rows;     /* no row of the window is padding */
    int is_nine;      /* it has 3 rows of 9 bytes */
    cg_pairs_multiply_tile *multiply;
    int32_t pair_words; /* of the stream */
    cg_pairs_window window;
    cg_pairs_tile tile;
} cg_pairs_conv;

static uint32_t *cg_pairs_quads(const int8_t *source, int32_t quads, uint32_t *values) {
    for (; quads > 0; --quads) {
        cg_widen_quad(source, values);
        source += 4;
        values += CG_PAIRS_QUAD;
    }
    return values;
}

/* The row of the window at column x, with the zero point where it is padding. */
static const int8_t *cg_pairs_padded(const cg_pairs_conv *conv, const int8_t *row, int32_t x) {
    const cg_conv_2d_tiles_params *params = conv->params;
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

#if CG_DSP
/* The same where channels are whole quads: each pixel of the window is a run, those of padding the zero point. */
static void cg_pairs_gather_taps(cg_pairs_conv *conv, int32_t x, uint32_t *values) {
    const cg_conv_2d_tiles_params *params = conv->params;
    const int32_t outside = (int32_t)((uintptr_t)conv->padded - (uintptr_t)conv->base);
    int32_t *taps = conv->taps;
    cg_pairs_window window = conv->window;
    window.rows = taps;
    window.count = params->filter_height * params->filter_width;
    window.source = conv->base;
    window.quads = params->input_channels >> 2;
    window.values = values;
    window.pixels = 1;
    for (int32_t row = 0; row < params->filter_height; ++row) {
        int32_t column = x;
        for (int32_t tap = params->filter_width; tap > 0; --tap) {
            const int inside = conv->rows[row] >= 0 && column >= 0 && column < params->input_width;
            *taps++ = inside ? conv->rows[row] + column * params->input_channels : outside;
            column += params->dilation_width;
        }
    }
    cg_pairs_window_s8(&window);
}
#endif

/* Widens the window at column x, which is not one run a row in the input, into the place of a pixel. */
static void cg_pairs_gather(cg_pairs_conv *conv, int32_t x, uint32_t *values) {
    const cg_conv_2d_tiles_params *params = conv->params;
#if CG_DSP
    if (conv->taps != NULL) {
        cg_pairs_gather_taps(conv, x, values);
        return;
    }
#endif
    int8_t *rest = conv->window.rest;
    for (int32_t row = 0; row < params->filter_height; ++row) {
        const int32_t offset = conv->window.rows[row];
        const int8_t *source = cg_pairs_padded(conv, offset >= 0 ? conv->base + offset : NULL, x);
        for (int32_t run = 0; run < conv->row_runs; ++run) {
            values = cg_pairs_quads(source, conv->window.quads, values);
            source += 4 * conv->window.quads;
            for (int32_t i = 0; i < conv->window.left; ++i) {
                *rest++ = *source++;
            }
        }
    }
    (void)cg_pairs_quads(conv->window.rest, conv->window.rest_quads, values);
}

/* Multiplies less than three gathered pixels, or by an odd number of channels. */
static void cg_pairs_multiply_some(cg_pairs_conv *conv) {
    const int32_t channels = conv->params->output_channels;
    const int32_t pair = conv->pair_words;
    cg_pairs_tile tile = conv->tile;
    tile.step1 = conv->pixels > 1 ? channels : 0;
    tile.step2 = conv->pixels > 2 ? 2 * channels : 0;
    if (channels > 1) {
        conv->multiply(&tile);
    }
    if ((channels & 1) != 0) { /* the last channel has no partner in the output */
        int8_t last[2 * CG_PAIRS_PIXELS];
        tile.stream = tile.stream_end;
        tile.stream_end += pair;
        tile.output = last;
        tile.step1 = conv->pixels > 1 ? 2 : 0;
        tile.step2 = conv->pixels > 2 ? 4 : 0;
        conv->multiply(&tile);
        for (int32_t i = 0; i < conv->pixels; ++i) {
            conv->tile.output[(ptrdiff_t)(i + 1) * channels - 1] = last[2 * i];
        }
    }
}

/* Multiplies the gathered pixels, and goes on to the next ones. */
static void cg_pairs_multiply(cg_pairs_conv *conv) {
    const int32_t channels = conv->params->output_channels;
    if (conv->pixels == CG_PAIRS_PIXELS && (channels & 1) == 0) {
        conv->multiply(&conv->tile);
    } else {
        cg_pairs_multiply_some(conv);
    }
    conv->tile.output += (ptrdiff_t)conv->pixels * channels;
    conv->pixels = 0;
}

/* A filter of one pixel over pixels that follow each other. Tiles go on from one call to the next. */
static void cg_pairs_flat(cg_pairs_conv *conv, const int8_t *source, int32_t pixels) {
    const int32_t channels = conv->params->input_channels;
    while (pixels > 0) {
        if (conv->pixels == 0 && pixels >= CG_PAIRS_PIXELS) {
            cg_pairs_widen_s8(source, channels, channels, conv->values);
            conv->pixels = CG_PAIRS_PIXELS;
            source += (ptrdiff_t)CG_PAIRS_PIXELS * channels;
            pixels -= CG_PAIRS_PIXELS;
        } else {
            (void)cg_pairs_quads(source, channels >> 2, conv->values + 2 * conv->pixels);
            ++conv->pixels;
            source += channels;
            --pixels;
        }
        if (conv->pixels == CG_PAIRS_PIXELS) {
            cg_pairs_multiply(conv);
        }
    }
}

/* A copy of input row y with padding on both sides, in a slot for as many rows as a window has. */
static int32_t cg_pairs_copied(cg_pairs_conv *conv, const cg_rows *image, int32_t y, int32_t slot) {
    const cg_conv_2d_tiles_params *params = conv->params;
    const int32_t offset = slot * params->padded_row;
    const int8_t *row = (const int8_t *)cg_row(image, y);
    int8_t *copy = conv->padded + offset;
    memset(copy, params->input_zero_point, (size_t)params->padded_row);
    if (row != NULL) {
        memcpy(copy + (ptrdiff_t)params->pad_left * params->input_channels, row,
               (size_t)params->input_width * (size_t)params->input_channels);
    }
    return offset;
}

/* Where the rows of the window of output row y are. With padded_row they are copied, neighbouring ones once. */
static void cg_pairs_find_rows(cg_pairs_conv *conv, const cg_rows *image, int32_t y) {
    const cg_conv_2d_tiles_params *params = conv->params;
    const int32_t count = params->filter_height;
    int32_t input_y = y * params->stride_height - params->pad_top;
    /* Rows of padding above have negative numbers; so have no slots. */
    int32_t slot = (input_y + params->pad_top + count) % count;
    conv->all_rows = 1;
    conv->base = (const int8_t *)image->base;
    for (int32_t row = 0; row < count; ++row) {
        if (params->padded_row != 0) {
            if (params->dilation_height > 1) {
                conv->rows[row] = cg_pairs_copied(conv, image, input_y, row);
            } else if (input_y >= conv->next) {
                conv->rows[row] = cg_pairs_copied(conv, image, input_y, slot);
                conv->next = input_y + 1;
            } else {
                conv->rows[row] = slot * params->padded_row;
            }
            slot = slot + 1 == count ? 0 : slot + 1;
        } else {
            const int8_t *found = (const int8_t *)cg_row(image, input_y);
            conv->rows[row] = found != NULL ? (int32_t)(found - conv->base) : -1;
            conv->all_rows = found != NULL ? conv->all_rows : 0;
        }
        input_y += params->dilation_height;
    }
    if (params->padded_row != 0) {
        conv->base = conv->padded + (ptrdiff_t)params->pad_left * params->input_channels;
    }
}

static void cg_pairs_image(cg_pairs_conv *conv, const cg_rows *image, int32_t y0, int32_t y1, int flat) {
    const cg_conv_2d_tiles_params *params = conv->params;
    if (flat && image->capacity == image->height && image->pitch == params->input_width * params->input_channels) {
        cg_pairs_flat(conv, (const int8_t *)cg_row(image, y0), (y1 - y0) * params->output_width);
        y0 = y1;
    }
    conv->next = INT32_MIN;
    for (int32_t y = y0; y < y1; ++y) {
        if (flat) {
            cg_pairs_flat(conv, (const int8_t *)cg_row(image, y), params->output_width);
            continue;
        }
        int32_t x = -params->pad_left;
        cg_pairs_find_rows(conv, image, y);
        /* Windows at columns [begin, end] are one run a row in the input or its copy. */
        const int8_t *source = conv->base;
        int32_t begin = 0;
        int32_t end = params->input_width - params->filter_width;
        if (params->padded_row != 0) {
            begin = x;
            end = INT32_MAX;
        }
        if (!conv->all_rows || conv->row_runs > 1) {
            end = begin - 1;
        }
        for (int32_t left = params->output_width; left > 0;) {
            uint32_t *values = conv->values + 2 * conv->pixels;
            int32_t pixels = 1;
            if (x >= begin && x <= end) {
                const int32_t most = left < CG_PAIRS_PIXELS - conv->pixels ? left : CG_PAIRS_PIXELS - conv->pixels;
                conv->window.source = source + (ptrdiff_t)x * params->input_channels;
                conv->window.values = values;
                for (x += params->stride_width; pixels < most && x <= end; ++pixels) {
                    x += params->stride_width;
                }
                conv->window.pixels = pixels;
                if (conv->is_nine) {
                    cg_pairs_nine_s8(&conv->window);
                } else {
                    cg_pairs_window_s8(&conv->window);
                }
            } else {
                cg_pairs_gather(conv, x, values);
                x += params->stride_width;
            }
            left -= pixels;
            conv->pixels += pixels;
            if (conv->pixels == CG_PAIRS_PIXELS) {
                cg_pairs_multiply(conv);
            }
        }
    }
    if (conv->pixels > 0) {
        cg_pairs_multiply(conv);
    }
}

static void cg_pairs_clamp(const cg_conv_2d_tiles_params *params, int8_t *from, const int8_t *to) {
    for (; from != to; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int8_t)(value > params->activation_max ? params->activation_max : value);
    }
}

void cg_conv_2d_tiles_s8(const cg_conv_2d_tiles_params *params, const cg_rows *input, const int32_t *stream, int32_t y0,
                         int32_t y1, void *scratch, int8_t *output, const cg_conv_2d_tiles_way *way) {
    const int whole_rows = params->dilation_width == 1;
    const int flat = params->filter_height == 1 && params->filter_width == 1 && params->stride_height == 1 &&
                     params->stride_width == 1 && params->pad_top == 0 && params->pad_left == 0 &&
                     params->output_width == params->input_width && (params->input_channels & 3) == 0;
    cg_pairs_conv conv;
    conv.params = params;
    conv.values = (uint32_t *)scratch;
    conv.run_bytes = (whole_rows ? params->filter_width : 1) * params->input_channels;
    conv.row_runs = whole_rows ? 1 : params->filter_width;
    conv.rows = (int32_t *)(conv.values + (ptrdiff_t)params->quads * CG_PAIRS_QUAD);
    conv.pixels = 0;
    conv.multiply = way->multiply;
    conv.pair_words = way->quad_words * params->quads + 8;
    conv.window.rows = conv.rows;
    conv.window.count = params->filter_height;
    conv.window.quads = conv.run_bytes >> 2;
    conv.window.left = conv.run_bytes & 3;
    conv.is_nine = params->filter_height == 3 && conv.run_bytes == 9;
    conv.taps = NULL;
    conv.window.rest = (int8_t *)(conv.rows + params->filter_height);
    if (params->padded_row == 0 && (params->input_channels & 3) == 0) {
        conv.taps = conv.rows + params->filter_height;
        conv.window.rest = (int8_t *)(conv.taps + (ptrdiff_t)params->filter_height * params->filter_width);
    }
    conv.window.step = params->stride_width * params->input_channels;
    conv.window.rest_quads = params->quads - params->filter_height * conv.row_runs * conv.window.quads;
    conv.padded = conv.window.rest + 4 * (ptrdiff_t)conv.window.rest_quads;
    if (conv.taps != NULL) {
        memset(conv.padded, params->input_zero_point, (size_t)params->input_channels);
    }
    if (conv.window.rest_quads > 0) { /* weights beyond the last value are 0, but any value must be there */
        memset(conv.window.rest, 0, 4 * (size_t)conv.window.rest_quads);
    }
    conv.tile.stream = stream;
    conv.tile.stream_end = stream + (ptrdiff_t)(params->output_channels >> 1) * conv.pair_words;
    conv.tile.output = output;
    conv.tile.step1 = params->output_channels;
    conv.tile.step2 = 2 * params->output_channels;
    conv.tile.values = conv.values;
    conv.tile.end = conv.values + (ptrdiff_t)params->quads * CG_PAIRS_QUAD;
    conv.tile.entry = ((params->quads - 1) & 7) * way->quad_code;
    conv.tile.linear = params->linear;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        cg_pairs_image(&conv, &image, y0, y1, flat);
    }
    if (params->activation_min > -128 || params->activation_max < 127) {
        cg_pairs_clamp(params, output, conv.tile.output);
    }
}
