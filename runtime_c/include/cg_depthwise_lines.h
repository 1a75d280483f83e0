/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_LINES_H
#define CG_DEPTHWISE_LINES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cg_config.h"
#include "cg_depthwise_lanes.h"
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

typedef void cg_depthwise_take_apart(const int8_t *source, uint32_t *words, const cg_depthwise_lanes *lanes);

/* What stays the same for four channels, and what the kernels need for a line. */
typedef struct {
    const cg_depthwise_lines_params *params;
    cg_rows image;
    cg_depthwise_axis along;
    cg_depthwise_axis across;
    int32_t count;       /* outputs of a line */
    int32_t start;       /* bytes from the first column of a line to the first one that is read */
    int32_t output_step; /* bytes along a line */
    int32_t output_line; /* bytes across lines */
    int32_t line_step;   /* of the input */
    int32_t line_capacity;
    cg_depthwise_lanes taken;
    cg_depthwise_take_apart *take;
    int32_t slot_words; /* from an input line to the next one */
    int32_t lane_words;
    int32_t lanes; /* channels that are computed, the last ones of those that are taken apart */
    int32_t first; /* channel of the first byte that is read */
    uint32_t *words;
    const uint32_t *plane; /* of the first channel that is computed */
    const int32_t *entry;  /* its table */
} cg_depthwise_block;

/* Makes a line of outputs of these channels. Words of the first input line of their windows begin at word `place`. */
typedef void cg_depthwise_compute(const cg_depthwise_block *block, void *state, int32_t place, int8_t *output);

/* Output lines [from, to) of these channels; `output` is the first one's. */
CG_INLINE void cg_depthwise_lines(const cg_depthwise_block *block, int32_t from, int32_t to, void *state,
                                  cg_depthwise_compute *compute, int8_t *output) {
    const int32_t slots = block->across.filter * block->slot_words;
    const int8_t *base = (const int8_t *)block->image.base + block->start + block->first;
    int32_t begin = from * block->across.stride - block->across.pad; /* of the window */
    int32_t line = begin;                                            /* lines before this one are in their slots */
    int32_t slot = begin < 0 ? 0 : begin % block->line_capacity;     /* of the first line that is in the input */
    const int8_t *source = base + (ptrdiff_t)slot * block->line_step;
    int32_t place = 0; /* of words of `line` */
    for (int32_t o = from; o < to; ++o) {
        for (; line < begin + block->across.filter; ++line) {
            const int8_t *columns = NULL;
            if (line >= 0 && line < block->across.size) {
                columns = source;
                source += block->line_step;
                if (++slot == block->line_capacity) {
                    slot = 0;
                    source = base;
                }
            }
            if (line >= begin) { /* lines between windows are not read */
                block->take(columns, block->words + place, &block->taken);
                place += block->slot_words;
                place = place == slots ? 0 : place;
            }
        }
        compute(block, state, place, output); /* the next place has the oldest line */
        output += block->output_line;
        begin += block->across.stride;
    }
}

CG_INLINE void cg_depthwise_clamp(const cg_depthwise_lines_params *params, int8_t *from, int32_t count) {
    for (const int8_t *end = from + count; from != end; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int8_t)(value > params->activation_max ? params->activation_max : value);
    }
}

/* Which columns of a line are read, and how they lie in words. */
CG_INLINE void cg_depthwise_columns(cg_depthwise_block *block, int32_t begin) {
    cg_depthwise_lanes *taken = &block->taken;
    const int32_t groups = block->params->groups;
    const int32_t outside = begin < 0 ? -begin : 0;
    int32_t inside = block->along.size - (begin < 0 ? 0 : begin);
    inside = inside < 2 * groups - outside ? inside : 2 * groups - outside;
    block->start = (begin < 0 ? 0 : begin) * taken->step;
    taken->groups = groups;
    taken->before = groups;
    taken->left = 0;
    taken->inner = 0;
    taken->right = 0;
    if (inside > 0) {
        taken->before = outside >> 1;
        taken->left = outside & 1;
        taken->inner = (inside - taken->left) >> 1;
        taken->right = (inside - taken->left) & 1;
    }
    taken->after = groups - taken->before - taken->left - taken->inner - taken->right;
}

/* Everything but the channels; with `together` words of all lines of a window are neighbours, else those of a line. */
CG_INLINE void cg_depthwise_begin(cg_depthwise_block *block, const cg_depthwise_lines_params *params,
                                  const cg_rows *input, int32_t y0, int32_t y1, void *scratch, int together,
                                  cg_depthwise_take_apart *take) {
    const int32_t row = params->width.outputs * params->channels;
    const int upright = params->upright != 0;
    block->params = params;
    block->along = upright ? params->height : params->width;
    block->across = upright ? params->width : params->height;
    block->count = upright ? y1 - y0 : params->width.outputs;
    block->output_step = upright ? row : params->channels;
    block->output_line = upright ? params->channels : row;
    block->line_step = upright ? params->channels : input->pitch;
    block->line_capacity = upright ? params->width.size : input->capacity;
    block->words = (uint32_t *)scratch;
    block->take = take;
    block->slot_words = together ? 1 : params->groups;
    block->lane_words = params->groups * block->across.filter;
    block->taken.step = upright ? input->pitch : params->channels;
    block->taken.lane_bytes = 4 * block->lane_words;
    block->taken.lanes = params->channels < CG_LANES ? params->channels : CG_LANES;
    memset(&block->taken.outside, params->input_zero_point, sizeof(block->taken.outside));
    cg_depthwise_columns(block, (upright ? y0 * params->height.stride : 0) - block->along.pad);
}

/* DEPTHWISE_CONV_2D by lines that `compute` makes. */
CG_INLINE void cg_depthwise_blocks(cg_depthwise_block *block, const cg_rows *input, const int32_t *table, int32_t y0,
                                   int32_t y1, void *state, cg_depthwise_compute *compute, int8_t *output) {
    const cg_depthwise_lines_params *params = block->params;
    const int upright = params->upright != 0;
    const int32_t size = (y1 - y0) * params->width.outputs * params->channels;
    for (int32_t n = 0; n < params->batches; ++n) {
        block->image = cg_image_rows(input, n);
        for (int32_t channel = 0; channel < params->channels; channel += CG_LANES) {
            const int32_t left = params->channels - channel;
            block->lanes = left < CG_LANES ? left : CG_LANES;
            /* Of the last channels some are read again rather than bytes behind them: those are made already. */
            block->first = channel - (block->taken.lanes - block->lanes);
            block->plane = block->words + (ptrdiff_t)(channel - block->first) * block->lane_words;
            block->entry = table + (ptrdiff_t)channel * params->entry;
            cg_depthwise_lines(block, upright ? 0 : y0, upright ? params->width.outputs : y1, state, compute,
                               output + channel);
        }
        if (params->activation_min > -128 || params->activation_max < 127) {
            cg_depthwise_clamp(params, output, size);
        }
        output += size;
    }
}

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_LINES_H */
