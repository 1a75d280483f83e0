/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_depthwise_conv_2d_pairs_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_depthwise_lanes_s8.h"
#include "cg_depthwise_line_s8.h"

/* Words of a channel in the table. */
#define CG_ENTRY 7

/* A part of the lines. */
typedef struct {
    const int8_t *base; /* slot 0 of the input, from the first column on that is read */
    int32_t line_step;  /* from an input line to the next one */
    int32_t capacity;   /* input lines before the first one follows again */
    const cg_depthwise_axis *across;
    int32_t stride; /* along a line */
    int32_t first;  /* lines of the output, */
    int32_t last;
    int32_t output_step; /* and bytes from one to the next one */
    uint32_t *words;
    int32_t lane_words;
    int32_t pairs; /* words that pairs of outputs step over, */
    int32_t fours; /* and those of groups of four */
    cg_depthwise_lanes columns;
    cg_depthwise_line line;
    cg_depthwise_lane lanes[CG_LANES];
} cg_depthwise_part;

/* The `lanes` channels of `table`, whose words begin at `plane`. */
static void cg_depthwise_prepare(cg_depthwise_part *part, const int32_t *table, const uint32_t *plane, int32_t lanes) {
    cg_depthwise_lane *lane = part->lanes;
    part->line.lane_end = lane + lanes;
    for (; lane != part->line.lane_end; ++lane) {
        lane->bias = (uint32_t)*table++;
        for (int32_t i = 0; i < 6; i += 2) {
            const uint32_t weights = (uint32_t)*table++;
            lane->weights[i] = (weights << 8) & 0xFF00FF00u;
            lane->weights[i + 1] = weights & 0xFF00FF00u;
        }
        memcpy(&lane->weights[6], lane->weights, 4 * sizeof(lane->weights[0]));
        lane->plane = plane;
        lane->pairs_end = plane + part->pairs;
        lane->multiplier = *table++;
        lane->offset = *table++;
        lane->shift = *table++;
        lane->fours_end = plane + part->fours;
        plane += part->lane_words;
    }
}

/* All lines of four channels; `base` and `output` are those of their first bytes. */
static void cg_depthwise_lines(cg_depthwise_part *part, const int8_t *base, int8_t *output) {
    const cg_depthwise_axis *across = part->across;
    int32_t line = part->first * across->stride - across->pad; /* lines before this one are in their slots */
    int32_t slot = line < 0 ? 0 : line % part->capacity;       /* of the input, that of the next line in it */
    const int8_t *source = base + (ptrdiff_t)slot * part->line_step;
    int32_t place = 0; /* of words: which of three lines */
    int32_t end = line + 3;
    for (int32_t o = part->first; o < part->last; ++o) {
        for (; line < end; ++line) {
            const int8_t *columns = NULL;
            if (line >= 0 && line < across->size) {
                columns = source;
                source += part->line_step;
                if (++slot == part->capacity) {
                    slot = 0;
                    source = base;
                }
            }
            cg_depthwise_lanes_s8(columns, part->words + place, &part->columns);
            place = place == 2 ? 0 : place + 1;
        }
        part->line.output = output;
        part->line.weights = place == 0 ? 4 : 28 - 8 * place; /* the next place has the oldest line */
        if (part->stride == 1) {
            cg_depthwise_line_1_s8(&part->line);
        } else {
            cg_depthwise_line_2_s8(&part->line);
        }
        output += part->output_step;
        end += across->stride;
    }
}

/* Which columns of a line are read from `begin` on, and how they lie in words. */
static void cg_depthwise_find_columns(cg_depthwise_part *part, int32_t begin, int32_t size) {
    cg_depthwise_lanes *columns = &part->columns;
    const int32_t outside = begin < 0 ? -begin : 0;
    int32_t inside = size - begin - outside;
    inside = inside < 2 * columns->groups - outside ? inside : 2 * columns->groups - outside;
    part->base += (begin + outside) * columns->step;
    columns->before = outside >> 1;
    columns->left = outside & 1;
    if (inside <= 0) {
        columns->before = columns->groups;
        columns->left = 0;
        inside = 0;
    }
    columns->inner = (inside - columns->left) >> 1;
    columns->right = (inside - columns->left) & 1;
    columns->after = columns->groups - columns->before - columns->left - columns->inner - columns->right;
}

/* `outputs` of each line, from column `begin` of the input on. */
static void cg_depthwise_make_part(cg_depthwise_part *part, const cg_depthwise_conv_2d_pairs_s8_params *params,
                                   const int32_t *table, int32_t outputs, int8_t *output) {
    part->pairs = (outputs >> 1) * 3 * part->stride;
    part->fours = (outputs >> 2) * 6 * part->stride;
    part->line.is_odd = outputs & 1;
    part->line.fours = outputs >= 4 && params->linear == 0;
    for (int32_t channel = 0; channel < params->channels; channel += CG_LANES) {
        const int32_t left = params->channels - channel;
        const int32_t lanes = left < CG_LANES ? left : CG_LANES;
        /* Of the last channels some are read again rather than bytes behind them: those are made already. */
        const int32_t again = part->columns.lanes - lanes;
        cg_depthwise_prepare(part, table + (ptrdiff_t)channel * CG_ENTRY, part->words + again * part->lane_words,
                             lanes);
        cg_depthwise_lines(part, part->base + (channel - again), output + channel);
    }
}

static void cg_depthwise_clamp(const cg_depthwise_conv_2d_pairs_s8_params *params, int8_t *from, const int8_t *to) {
    for (; from != to; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int8_t)(value > params->activation_max ? params->activation_max : value);
    }
}

void cg_depthwise_conv_2d_pairs_s8(const cg_depthwise_conv_2d_pairs_s8_params *params, const cg_rows *input,
                                   const int32_t *table, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    const int32_t row = params->width.outputs * params->channels;
    const int32_t size = (y1 - y0) * row;
    const cg_depthwise_axis *along = &params->width;
    int32_t begin = 0; /* outputs along a line */
    int32_t end = params->width.outputs;
    cg_depthwise_part part;
    part.words = (uint32_t *)scratch;
    part.lane_words = 3 * params->groups;
    part.across = &params->height;
    part.first = y0;
    part.last = y1;
    part.line_step = input->pitch;
    part.capacity = input->capacity;
    part.output_step = row;
    part.columns.step = params->channels;
    if (params->upright != 0) {
        along = &params->height;
        begin = y0;
        end = y1;
        part.across = &params->width;
        part.first = 0;
        part.last = params->width.outputs;
        part.line_step = params->channels;
        part.capacity = params->width.size;
        part.output_step = params->channels;
        part.columns.step = input->pitch;
    }
    part.stride = along->stride;
    part.columns.groups = params->groups;
    part.columns.lane_bytes = 4 * part.lane_words;
    part.columns.lanes = params->channels < CG_LANES ? params->channels : CG_LANES;
    memset(&part.columns.outside, params->input_zero_point, sizeof(part.columns.outside));
    part.line.lane = part.lanes;
    part.line.step = params->upright != 0 ? row : params->channels;
    part.line.step3 = 3 * part.line.step;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        int8_t *to = output;
        for (int32_t o = begin; o < end; o += params->part) {
            const int32_t left = end - o;
            part.base = (const int8_t *)image.base;
            cg_depthwise_find_columns(&part, o * along->stride - along->pad, along->size);
            cg_depthwise_make_part(&part, params, table, left < params->part ? left : params->part, to);
            to += params->part * part.line.step;
        }
        if (params->activation_min > -128 || params->activation_max < 127) {
            cg_depthwise_clamp(params, output, output + size);
        }
        output += size;
    }
}
