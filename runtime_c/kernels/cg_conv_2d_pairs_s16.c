/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_pairs_s16.h"

#include <stddef.h>
#include <string.h>

#include "cg_pairs_tile_s16.h"

/* What stays the same during a call, and the pixels that wait for others. */
typedef struct {
    const cg_conv_2d_pairs_s16_params *params;
    const cg_rows *image;
    const int16_t *zeros;
    uint32_t *values;
    int32_t pixels;
    cg_pairs_s16 tile;
} cg_conv_s16;

/* The window whose first input pixel is at row y and column x. */
static void cg_conv_s16_gather(const cg_conv_s16 *conv, int32_t y, int32_t x) {
    const cg_conv_2d_pairs_s16_params *params = conv->params;
    const int32_t channels = params->input_channels;
    const int inside = params->dilation_width == 1 && x >= 0 && x + params->filter_width <= params->input_width;
    uint32_t *values = conv->values + 2 * conv->pixels;
    for (int32_t i = params->filter_height; i > 0; --i) {
        const int16_t *row = (const int16_t *)cg_row(conv->image, y);
        y += params->dilation_height;
        if (row != NULL && inside) {
            values = cg_pairs_copy_s16(row + (ptrdiff_t)x * channels, (params->filter_width * channels) >> 2, values);
            continue;
        }
        int32_t column = x;
        for (int32_t tap = params->filter_width; tap > 0; --tap) {
            const int16_t *source = conv->zeros;
            if (row != NULL && column >= 0 && column < params->input_width) {
                source = row + (ptrdiff_t)column * channels;
            }
            values = cg_pairs_copy_s16(source, channels >> 2, values);
            column += params->dilation_width;
        }
    }
}

/* Multiplies the gathered pixels, and goes on to the next ones. */
static void cg_conv_s16_multiply(cg_conv_s16 *conv) {
    const int32_t channels = conv->params->output_channels;
    cg_pairs_s16 tile = conv->tile;
    tile.step1 = conv->pixels > 1 ? 2 * channels : 0;
    tile.step2 = conv->pixels > 2 ? 4 * channels : 0;
    if (channels > 1) {
        cg_pairs_tile_s16(&tile);
    }
    if ((channels & 1) != 0) { /* the last channel has no partner in the output */
        int16_t last[2 * CG_PAIRS_S16_PIXELS];
        tile.stream = tile.stream_end;
        tile.stream_end += 2 * conv->params->quads + 8;
        tile.output = last;
        tile.step1 = conv->pixels > 1 ? 4 : 0;
        tile.step2 = conv->pixels > 2 ? 8 : 0;
        cg_pairs_tile_s16(&tile);
        for (int32_t i = 0; i < conv->pixels; ++i) {
            conv->tile.output[(ptrdiff_t)(i + 1) * channels - 1] = last[2 * i];
        }
    }
    conv->tile.output += (ptrdiff_t)conv->pixels * channels;
    conv->pixels = 0;
}

static void cg_conv_s16_clamp(const cg_conv_2d_pairs_s16_params *params, int16_t *from, const int16_t *to) {
    for (; from != to; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int16_t)(value > params->activation_max ? params->activation_max : value);
    }
}

void cg_conv_2d_pairs_s16(const cg_conv_2d_pairs_s16_params *params, const cg_rows *input, const int32_t *stream,
                          int32_t y0, int32_t y1, void *scratch, int16_t *output) {
    const ptrdiff_t pair = 2 * params->quads + 8;
    int16_t *const zeros = (int16_t *)((uint32_t *)scratch + (ptrdiff_t)params->quads * CG_PAIRS_S16_QUAD);
    cg_conv_s16 conv;
    memset(zeros, 0, 2 * (size_t)params->input_channels);
    conv.params = params;
    conv.zeros = zeros;
    conv.values = (uint32_t *)scratch;
    conv.pixels = 0;
    conv.tile.stream = stream;
    conv.tile.stream_end = stream + (params->output_channels >> 1) * pair;
    conv.tile.output = output;
    conv.tile.values = conv.values;
    conv.tile.end = conv.values + (ptrdiff_t)params->quads * CG_PAIRS_S16_QUAD;
    conv.tile.entry = ((params->quads - 1) & 7) * CG_PAIRS_S16_QUAD_CODE;
    conv.tile.positive = params->positive;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        conv.image = &image;
        for (int32_t y = y0; y < y1; ++y) {
            int32_t x = -params->pad_left;
            for (int32_t i = 0; i < params->output_width; ++i) {
                cg_conv_s16_gather(&conv, y * params->stride_height - params->pad_top, x);
                x += params->stride_width;
                if (++conv.pixels == CG_PAIRS_S16_PIXELS) {
                    cg_conv_s16_multiply(&conv);
                }
            }
        }
    }
    if (conv.pixels > 0) {
        cg_conv_s16_multiply(&conv);
    }
    if (params->activation_min > (params->positive != 0 ? 0 : INT16_MIN) || params->activation_max < INT16_MAX) {
        cg_conv_s16_clamp(params, output, conv.tile.output);
    }
}
