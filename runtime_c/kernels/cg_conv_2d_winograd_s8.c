/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_winograd_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_winograd_block_s8.h"

/* What stays the same during a call, and the tiles that wait for others. */
typedef struct {
    const cg_conv_2d_winograd_s8_params *params;
    const int8_t *rows[4]; /* of the windows of two output rows; NULL for padding */
    int32_t pitch;         /* bytes from one to the next; 0: they do not lie so, or some are padding */
    int8_t *padded;        /* two columns of four pixels */
    int32_t quads;
    int32_t tiles;
    cg_winograd_block block;
} cg_winograd;

static void cg_winograd_find_rows(cg_winograd *conv, const cg_rows *image, int32_t y, int32_t y1) {
    conv->pitch = 0;
    for (int32_t row = 0; row < 4; ++row) {
        /* The last row is not there for an output row that is not wanted. */
        conv->rows[row] = y + row < y1 + 2 ? (const int8_t *)cg_row(image, y + row - conv->params->pad_top) : NULL;
    }
    if (conv->rows[0] != NULL && conv->rows[1] != NULL && conv->rows[2] != NULL && conv->rows[3] != NULL) {
        const ptrdiff_t pitch = conv->rows[1] - conv->rows[0];
        if (conv->rows[2] - conv->rows[1] == pitch && conv->rows[3] - conv->rows[2] == pitch) {
            conv->pitch = (int32_t)pitch;
        }
    }
}

/* Transforms input columns x and x + 1. */
static void cg_winograd_columns(cg_winograd *conv, int32_t x, uint32_t *columns) {
    const cg_conv_2d_winograd_s8_params *params = conv->params;
    const int32_t channels = params->input_channels;
    if (conv->pitch != 0 && x >= 0 && x + 2 <= params->input_width) {
        cg_winograd_columns_s8(conv->rows[0] + (ptrdiff_t)x * channels, conv->pitch, channels, columns);
        return;
    }
    int8_t *to = conv->padded;
    for (int32_t row = 0; row < 4; ++row) {
        for (int32_t column = x; column < x + 2; ++column) {
            if (conv->rows[row] == NULL || column < 0 || column >= params->input_width) {
                memset(to, params->input_zero_point, (size_t)channels);
            } else {
                memcpy(to, conv->rows[row] + (ptrdiff_t)column * channels, (size_t)channels);
            }
            to += channels;
        }
    }
    cg_winograd_columns_s8(conv->padded, 2 * channels, channels, columns);
}

static void cg_winograd_multiply(cg_winograd *conv) {
    cg_winograd_place *places = conv->block.places;
    for (; conv->tiles < CG_WINOGRAD_TILES; ++conv->tiles) {
        places[conv->tiles] = places[0];
    }
    cg_winograd_block_s8(&conv->block);
    conv->tiles = 0;
}

/* Two rows of tiles' outputs at `output`; the lower one is `lower` bytes behind it, 0: not wanted. */
static void cg_winograd_row(cg_winograd *conv, int32_t lower, int8_t *output, uint32_t *left, uint32_t *right) {
    const cg_conv_2d_winograd_s8_params *params = conv->params;
    cg_winograd_columns(conv, -params->pad_left, left);
    for (int32_t x = 0; x < params->output_width; x += 2) {
        cg_winograd_place *place = &conv->block.places[conv->tiles];
        uint32_t *const next = left;
        cg_winograd_columns(conv, x + 2 - params->pad_left, right);
        cg_winograd_tile_s8(left, right, conv->quads, conv->block.values + 2 * conv->tiles);
        left = right;
        right = next;
        place->upper = output;
        place->lower = output + lower;
        place->step = x + 1 < params->output_width ? params->output_channels : 0;
        output += 2 * (ptrdiff_t)params->output_channels;
        if (++conv->tiles == CG_WINOGRAD_TILES) {
            cg_winograd_multiply(conv);
        }
    }
}

static void cg_winograd_clamp(const cg_conv_2d_winograd_s8_params *params, int8_t *from, const int8_t *to) {
    for (; from != to; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int8_t)(value > params->activation_max ? params->activation_max : value);
    }
}

void cg_conv_2d_winograd_s8(const cg_conv_2d_winograd_s8_params *params, const cg_rows *input, const int32_t *stream,
                            int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    const int32_t row_bytes = params->output_width * params->output_channels;
    cg_winograd conv;
    conv.params = params;
    conv.quads = params->input_channels >> 2;
    conv.tiles = 0;
    conv.block.stream = stream;
    conv.block.stream_end = stream + (ptrdiff_t)(params->output_channels >> 1) * (64 * conv.quads + 8);
    conv.block.values = (uint32_t *)scratch;
    conv.block.back = 4 * CG_WINOGRAD_QUAD * conv.quads - 8 * CG_WINOGRAD_TILES;
    conv.block.entry = ((conv.quads - 2) % CG_WINOGRAD_TURN + 1) * CG_WINOGRAD_QUAD_CODE;
    conv.block.more = conv.quads - 1 > CG_WINOGRAD_TURN;
    conv.block.linear = params->linear;
    uint32_t *left = conv.block.values + (ptrdiff_t)(conv.quads + 1) * CG_WINOGRAD_QUAD;
    uint32_t *right = left + (ptrdiff_t)conv.quads * CG_WINOGRAD_COLUMNS;
    conv.padded = (int8_t *)(right + (ptrdiff_t)conv.quads * CG_WINOGRAD_COLUMNS);
    int8_t *to = output;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; y += 2) {
            cg_winograd_find_rows(&conv, &image, y, y1);
            cg_winograd_row(&conv, y + 1 < y1 ? row_bytes : 0, to, left, right);
            to += (y + 1 < y1 ? 2 : 1) * (ptrdiff_t)row_bytes;
        }
    }
    if (conv.tiles > 0) {
        cg_winograd_multiply(&conv);
    }
    if (params->activation_min > -128 || params->activation_max < 127) {
        cg_winograd_clamp(params, output, to);
    }
}
