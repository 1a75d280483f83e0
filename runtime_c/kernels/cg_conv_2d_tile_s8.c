/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_conv_2d_tile_s8.h"

#include <stddef.h>

/* A pixel of the tile: the top left corner of its window. */
typedef struct {
    int32_t y;
    int32_t x;
} cg_tile_pixel;

typedef struct {
    const cg_conv_2d_tile_s8_params *params;
    const uint8_t *weights;
    const int32_t *steps;
    int32_t *values;
    int32_t *sums;
    int32_t totals[CG_TILE]; /* of the values of each pixel */
    cg_tile_pixel pixels[CG_TILE];
    int32_t count; /* of pixels */
    int8_t *output;
} cg_tile_conv;

/* Four bytes into the places of one pixel; their sum. */
CG_INLINE int32_t cg_tile_widen_four(int32_t *place, const int8_t *source) {
    const int32_t a = source[0];
    const int32_t b = source[1];
    const int32_t c = source[2];
    const int32_t d = source[3];
    place[0] = a;
    place[CG_TILE] = b;
    place[2 * CG_TILE] = c;
    place[3 * CG_TILE] = d;
    return a + b + c + d;
}

/* `count` bytes into the places of one pixel; returns the next place. */
static int32_t *cg_tile_widen(int32_t *place, const int8_t *source, int32_t count, int32_t *total) {
    int32_t sum = *total;
    for (; count >= 8; count -= 8) {
        sum += cg_tile_widen_four(place, source);
        place += (ptrdiff_t)4 * CG_TILE;
        sum += cg_tile_widen_four(place, source + 4);
        place += (ptrdiff_t)4 * CG_TILE;
        source += 8;
    }
    for (; count > 0; --count) {
        const int32_t a = *source++;
        *place = a;
        sum += a;
        place += CG_TILE;
    }
    *total = sum;
    return place;
}

static int32_t *cg_tile_pad(int32_t *place, int32_t value, int32_t count, int32_t *total) {
    *total += value * count;
    for (; count > 0; --count) {
        *place = value;
        place += CG_TILE;
    }
    return place;
}

/* One row of the window of a pixel. */
static void cg_tile_row(const cg_tile_conv *conv, const int8_t *row, int32_t x, int32_t *place, int32_t *total) {
    const cg_conv_2d_tile_s8_params *params = conv->params;
    const int32_t channels = params->input_channels;
    const int32_t dilation = params->dilation_width;
    if (row == NULL) {
        (void)cg_tile_pad(place, params->input_zero_point, params->filter_width * channels, total);
        return;
    }
    if (dilation == 1 && x >= 0 && x + params->filter_width <= params->input_width) {
        (void)cg_tile_widen(place, row + (ptrdiff_t)x * channels, params->filter_width * channels, total);
        return;
    }
    for (int32_t tap = 0; tap < params->filter_width; ++tap) {
        if (x >= 0 && x < params->input_width) {
            place = cg_tile_widen(place, row + (ptrdiff_t)x * channels, channels, total);
        } else {
            place = cg_tile_pad(place, params->input_zero_point, channels, total);
        }
        x += dilation;
    }
}

/* Rows [first, last) of the filter, of all pixels; a tile that is not full has its last pixel again. */
static void cg_tile_gather(cg_tile_conv *conv, const cg_rows *image, int32_t first, int32_t last, int32_t padded) {
    const cg_conv_2d_tile_s8_params *params = conv->params;
    const int32_t row_words = params->filter_width * params->input_channels * CG_TILE;
    int32_t *places = conv->values;
    for (int32_t i = 0; i < CG_TILE; ++i) {
        conv->totals[i] = 0;
    }
    for (int32_t row = first; row < last; ++row) {
        const int8_t *source = NULL;
        int32_t y = INT32_MIN;
        for (int32_t i = 0; i < CG_TILE; ++i) {
            const cg_tile_pixel *pixel = &conv->pixels[i < conv->count ? i : conv->count - 1];
            if (pixel->y != y) {
                y = pixel->y;
                source = (const int8_t *)cg_row(image, y + row * params->dilation_height);
            }
            cg_tile_row(conv, source, pixel->x, places + i, &conv->totals[i]);
        }
        places += row_words;
    }
    for (int32_t i = padded * CG_TILE; i > 0; --i) {
        *places++ = 0;
    }
}

/* One chunk: sums of all channels stay in memory until the last one. */
static void cg_tile_chunk(cg_tile_conv *conv, const uint8_t *weights, int32_t count, int is_first, int is_last) {
    const int32_t channels = conv->params->output_channels;
    cg_tile_job job;
    job.values = conv->values;
    job.weights = weights;
    job.steps = conv->steps;
    job.steps_end = conv->steps + (ptrdiff_t)4 * channels;
    job.output = conv->output;
    job.count = count;
    job.sums = is_first && is_last ? NULL : conv->sums;
    job.sums_end = conv->sums + (ptrdiff_t)CG_TILE * channels;
    for (int32_t i = 0; i < CG_TILE; ++i) {
        job.offsets[i] = conv->totals[i] * -CG_TILE_WEIGHT_OFFSET;
        job.places[i] = i < conv->count ? i * channels : 0;
    }
    if (is_last) {
        cg_tile_channels_s8(&job);
        return;
    }
    if (is_first) {
        int32_t *sums = conv->sums;
        for (const int32_t *step = conv->steps; step != job.steps_end; step += 4) {
            for (int32_t i = 0; i < CG_TILE; ++i) {
                *sums++ = *step;
            }
        }
    }
    cg_tile_sums_s8(&job);
}

static void cg_tile_compute(cg_tile_conv *conv, const cg_rows *image) {
    const cg_conv_2d_tile_s8_params *params = conv->params;
    const int32_t row_values = params->filter_width * params->input_channels;
    const uint8_t *weights = conv->weights;
    for (int32_t first = 0; first < params->filter_height; first += params->chunk_rows) {
        const int32_t rest = params->filter_height - first;
        const int32_t rows = rest < params->chunk_rows ? rest : params->chunk_rows;
        const int32_t count = (rows * row_values + 3) & ~3;
        cg_tile_gather(conv, image, first, first + rows, count - rows * row_values);
        cg_tile_chunk(conv, weights, count, first == 0, rest <= params->chunk_rows);
        weights += (ptrdiff_t)count * params->output_channels;
    }
    conv->output += (ptrdiff_t)conv->count * params->output_channels;
    conv->count = 0;
}

void cg_conv_2d_tile_s8(const cg_conv_2d_tile_s8_params *params, const cg_rows *input, const uint8_t *weights,
                        const int32_t *steps, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    const int32_t rows = params->chunk_rows < params->filter_height ? params->chunk_rows : params->filter_height;
    const int32_t values = (rows * params->filter_width * params->input_channels + 3) & ~3;
    cg_tile_conv conv;
    conv.params = params;
    conv.weights = weights;
    conv.steps = steps;
    conv.values = (int32_t *)scratch;
    conv.sums = conv.values + (ptrdiff_t)values * CG_TILE;
    conv.count = 0;
    conv.output = output;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            for (int32_t x = 0; x < params->output_width; ++x) {
                conv.pixels[conv.count].y = y * params->stride_height - params->pad_top;
                conv.pixels[conv.count].x = x * params->stride_width - params->pad_left;
                if (++conv.count == CG_TILE) {
                    cg_tile_compute(&conv, &image);
                }
            }
        }
        if (conv.count > 0) {
            cg_tile_compute(&conv, &image);
        }
    }
    cg_tile_clamp(output, conv.output, params->activation_min, params->activation_max);
}
