/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_LINES_H
#define CG_DEPTHWISE_LINES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cg_config.h"
#include "cg_depthwise_lanes_s8.h"
#include "cg_dsp.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEPTHWISE_CONV_2D of int8 with a multiplier of 1, for cores with the DSP extension: two products an instruction.
 *
 * Computes the output rows [y0, y1) as cg_depthwise_conv_2d_s8 does: y0, y1 and pad_top count from the top of the
 * whole output, `output` points to the first byte of row y0. With batches > 1 the input is a whole tensor.
 *
 * Four channels at a time, line by line. A line is a row, or with `upright` a column; outputs of a line follow each
 * other "along" it, lines lie "across". The input lines of a window are kept in scratch with their channels taken
 * apart, each line once. `upright` wants all input rows in slots one after the other (capacity >= height).
 *
 *   table  per channel the bias times 2^8 with the input's zero point folded in, then weights as the kernel says, then
 *          multiplier, offset and shift (cg_short_requantize)
 *   entry  words of a channel in `table`
 *   groups words of a line in scratch: pairs of columns that the outputs need, counted as the kernel says
 *   scratch  16 * groups * lines of the window, in bytes; 4-byte aligned
 *   activation_min, activation_max  bounds beyond the saturation; -128 and 127 cost nothing
 *
 * Bounds: those of cg_depthwise_conv_2d_s8, without dilation.
 *
 * Aliasing: input and output may overlap where each byte of the output is one of the same channel in the input (they
 * lie a multiple of `channels` bytes apart) and no output byte lies on input of a line that is still to be read: line
 * o of the output is written when lines up to o * stride - pad + window - 1 of the input have been read.
 *
 * Arithmetic: that of cg_depthwise_conv_2d_s8; codegen/operators/_dsp/requantize.py proves the short requantization.
 */
typedef struct {
    int32_t size;    /* of the input */
    int32_t outputs; /* of the whole output */
    int32_t filter;
    int32_t stride;
    int32_t pad; /* in front */
} cg_depthwise_axis;

typedef struct {
    int32_t batches;
    int32_t channels;
    cg_depthwise_axis height;
    cg_depthwise_axis width;
    int32_t upright;
    int32_t entry;
    int32_t groups;
    int32_t input_zero_point;
    int32_t linear;
    int32_t activation_min;
    int32_t activation_max;
} cg_depthwise_lines_params;

/* What stays the same for four channels. */
typedef struct {
    const cg_depthwise_lines_params *params;
    const cg_rows *image;
    cg_depthwise_axis along;
    cg_depthwise_axis across;
    int32_t count;    /* outputs of a line */
    uint32_t outside; /* four bytes of the zero point */
    int32_t begin;    /* column of the first word of a line */
    int32_t inner;    /* groups [inner, outer) lie in it */
    int32_t outer;
    int32_t input_step;
    int32_t output_step; /* bytes along a line */
    int32_t channel;
    int32_t lanes;
    uint32_t *plane;
    int32_t group_words; /* from a pair of columns to the next one */
    int32_t slot_words;  /* from an input line to the next one */
    int32_t lane_words;
    const int32_t *table;
} cg_depthwise_block;

/* Makes a line of outputs of four channels. Slot `slot` has the first input line of their windows. */
typedef void cg_depthwise_compute(const cg_depthwise_block *block, int32_t slot, int8_t *output);

/* The four channels of column x of an input line, the zero point outside of it; only those that there are. */
CG_INLINE uint32_t cg_depthwise_fetch(const cg_depthwise_block *block, const int8_t *line, int32_t x) {
    uint32_t bytes = 0;
    if (x < 0 || x >= block->along.size) {
        return block->outside;
    }
    line += (ptrdiff_t)x * block->input_step;
    if (block->lanes == CG_LANES) {
        memcpy(&bytes, line, CG_LANES);
    } else {
        memcpy(&bytes, line, (size_t)block->lanes);
    }
    return bytes;
}

/* Groups [from, to) of a line that may lie outside of it. */
CG_INLINE void cg_depthwise_edge(const cg_depthwise_block *block, const int8_t *line, int32_t from, int32_t to,
                                 uint32_t *words) {
    int32_t x = block->begin + 2 * from;
    words += (ptrdiff_t)from * block->group_words;
    for (; from < to; ++from) {
        const uint32_t first = cg_depthwise_fetch(block, line, x);
        const uint32_t second = cg_depthwise_fetch(block, line, x + 1);
        cg_depthwise_lanes_of(first, second, words, block->lane_words);
        words += block->group_words;
        x += 2;
    }
}

/* A line of padding. */
CG_INLINE void cg_depthwise_fill(const cg_depthwise_block *block, uint32_t *words) {
    const uint32_t value = cg_halves(block->params->input_zero_point, block->params->input_zero_point);
    const int32_t lane_words = block->lane_words;
    for (int32_t group = block->params->groups; group > 0; --group) {
        words[0] = value;
        words[lane_words] = value;
        words[2 * lane_words] = value;
        words[3 * lane_words] = value;
        words += block->group_words;
    }
}

/* Takes input line `number` apart into `words`. */
CG_INLINE void cg_depthwise_take(const cg_depthwise_block *block, int32_t number, uint32_t *words) {
    const cg_depthwise_lines_params *params = block->params;
    const int8_t *line;
    if (number < 0 || number >= block->across.size) {
        cg_depthwise_fill(block, words);
        return;
    }
    if (params->upright != 0) {
        line = (const int8_t *)block->image->base + (ptrdiff_t)number * params->channels + block->channel;
    } else {
        line = (const int8_t *)cg_row(block->image, number) + block->channel;
    }
    if (block->lanes < CG_LANES || block->outer <= block->inner) {
        cg_depthwise_edge(block, line, 0, params->groups, words);
        return;
    }
    if (block->inner > 0) {
        cg_depthwise_edge(block, line, 0, block->inner, words);
    }
    cg_depthwise_lanes lanes;
    lanes.source = line + (ptrdiff_t)(block->begin + 2 * block->inner) * block->input_step;
    lanes.step = block->input_step;
    lanes.groups = block->outer - block->inner;
    lanes.words = words + (ptrdiff_t)block->inner * block->group_words;
    lanes.group_bytes = 4 * block->group_words;
    lanes.lane_bytes = 4 * block->lane_words;
    cg_depthwise_lanes_s8(&lanes);
    if (block->outer < params->groups) {
        cg_depthwise_edge(block, line, block->outer, params->groups, words);
    }
}

/* Output lines [from, to) of four channels; `output` is the first one's. */
CG_INLINE void cg_depthwise_lines(const cg_depthwise_block *block, int32_t from, int32_t to, int32_t line_step,
                                  cg_depthwise_compute *compute, int8_t *output) {
    const int32_t lines = block->across.filter;
    int32_t slot = 0; /* of the window's first line */
    int32_t taken = from * block->across.stride - block->across.pad;
    int32_t place = 0; /* of input line `taken` */
    for (int32_t o = from; o < to; ++o) {
        const int32_t begin = o * block->across.stride - block->across.pad;
        if (taken < begin) { /* lines between windows are not read; nothing of the last window is kept */
            taken = begin;
            place = 0;
            slot = 0;
        }
        for (; taken < begin + lines; ++taken) {
            cg_depthwise_take(block, taken, block->plane + place * block->slot_words);
            place = place + 1 == lines ? 0 : place + 1;
        }
        slot = place; /* the oldest line */
        compute(block, slot, output);
        output += line_step;
    }
}

CG_INLINE void cg_depthwise_clamp(const cg_depthwise_lines_params *params, int8_t *from, int32_t count) {
    for (const int8_t *end = from + count; from != end; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int8_t)(value > params->activation_max ? params->activation_max : value);
    }
}

/* DEPTHWISE_CONV_2D by lines that `compute` makes; with `together` words of all lines of a window are neighbours. */
CG_INLINE void cg_depthwise_conv_2d_lines(const cg_depthwise_lines_params *params, const cg_rows *input,
                                          const int32_t *table, int32_t y0, int32_t y1, void *scratch, int8_t *output,
                                          int together, cg_depthwise_compute *compute) {
    const int32_t row = params->width.outputs * params->channels;
    cg_depthwise_block block;
    block.params = params;
    block.table = table;
    block.plane = (uint32_t *)scratch;
    block.along = params->upright != 0 ? params->height : params->width;
    block.across = params->upright != 0 ? params->width : params->height;
    block.group_words = together ? 3 : 1;
    block.slot_words = together ? 1 : params->groups;
    block.lane_words = params->groups * block.across.filter;
    block.begin = (params->upright != 0 ? y0 * params->height.stride : 0) - block.along.pad;
    block.inner = block.begin < 0 ? (1 - block.begin) / 2 : 0;
    block.outer = (block.along.size - block.begin) / 2;
    block.outer = block.outer > params->groups ? params->groups : block.outer;
    block.count = params->upright != 0 ? y1 - y0 : params->width.outputs;
    block.input_step = params->upright != 0 ? input->pitch : params->channels;
    block.output_step = params->upright != 0 ? row : params->channels;
    memset(&block.outside, params->input_zero_point, sizeof(block.outside));
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        block.image = &image;
        for (block.channel = 0; block.channel < params->channels; block.channel += CG_LANES) {
            const int32_t left = params->channels - block.channel;
            block.lanes = left < CG_LANES ? left : CG_LANES;
            if (params->upright != 0) {
                cg_depthwise_lines(&block, 0, params->width.outputs, params->channels, compute, output + block.channel);
            } else {
                cg_depthwise_lines(&block, y0, y1, row, compute, output + block.channel);
            }
        }
        if (params->activation_min > -128 || params->activation_max < 127) {
            cg_depthwise_clamp(params, output, (y1 - y0) * row);
        }
        output += (ptrdiff_t)(y1 - y0) * row;
    }
}

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_LINES_H */
