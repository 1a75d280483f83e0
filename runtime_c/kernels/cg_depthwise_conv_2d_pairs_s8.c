/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_conv_2d_pairs_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_depthwise_line_s8.h"

/* What stays the same for four channels. */
typedef struct {
    const cg_depthwise_conv_2d_pairs_s8_params *params;
    const cg_rows *image;
    cg_depthwise_axis along;
    cg_depthwise_axis across;
    int32_t first; /* output of a line that is computed first, along it, counted from the whole output's */
    int32_t count; /* outputs of a line */
    int32_t input_step;
    int32_t output_step; /* bytes along a line */
    int32_t channel;
    int32_t lanes;
    uint32_t *plane;
    int32_t group_words; /* from a pair of columns to the next one */
    int32_t slot_words;  /* from an input line to the next one */
    int32_t lane_words;
    const int32_t *table;
    int is_3x3;
} cg_depthwise_block;

/* The four channels of column x of an input line, the zero point outside of it; only those that there are. */
static void cg_depthwise_fetch(const cg_depthwise_block *block, const int8_t *line, int32_t x, int8_t *lanes) {
    memset(lanes, block->params->input_zero_point, CG_LANES);
    if (line != NULL && x >= 0 && x < block->along.size) {
        memcpy(lanes, line + (ptrdiff_t)x * block->input_step, (size_t)block->lanes);
    }
}

/* Takes input line `number` apart into `words`. */
static void cg_depthwise_take(const cg_depthwise_block *block, int32_t number, uint32_t *words) {
    const cg_depthwise_conv_2d_pairs_s8_params *params = block->params;
    const int32_t begin = block->first * block->along.stride - block->along.pad; /* column of the first word */
    const int8_t *line = NULL;
    int32_t inner = 0; /* groups [inner, outer) lie in the line */
    int32_t outer = 0;
    if (params->upright != 0) {
        if (number >= 0 && number < params->width.size) {
            line = (const int8_t *)block->image->base + (ptrdiff_t)number * params->channels;
        }
    } else {
        line = (const int8_t *)cg_row(block->image, number);
    }
    if (line != NULL) {
        line += block->channel;
        if (block->lanes == CG_LANES) {
            inner = begin < 0 ? (1 - begin) / 2 : 0;
            outer = (block->along.size - begin) / 2;
            outer = outer > params->groups ? params->groups : outer;
        }
    }
    if (outer > inner) {
        cg_depthwise_lanes lanes;
        lanes.source = line + (ptrdiff_t)(begin + 2 * inner) * block->input_step;
        lanes.step = block->input_step;
        lanes.groups = outer - inner;
        lanes.words = words + (ptrdiff_t)inner * block->group_words;
        lanes.group_bytes = 4 * block->group_words;
        lanes.lane_bytes = 4 * block->lane_words;
        cg_depthwise_lanes_s8(&lanes);
    } else {
        inner = outer = 0;
    }
    for (int32_t group = 0; group < params->groups; ++group) {
        if (group == inner && outer > inner) {
            group = outer;
            if (group == params->groups) {
                break;
            }
        }
        const int32_t x = begin + 2 * group;
        int8_t even[CG_LANES];
        int8_t odd[CG_LANES];
        cg_depthwise_fetch(block, line, x, even);
        cg_depthwise_fetch(block, line, x + 1, odd);
        for (int32_t lane = 0; lane < block->lanes; ++lane) {
            words[group * block->group_words + lane * block->lane_words] = cg_halves(even[lane], odd[lane]);
        }
    }
}

/* Columns x and x + 1 of a line. */
static uint32_t cg_depthwise_two(const uint32_t *words, int32_t x) {
#if CG_DSP
    uint32_t two;
    memcpy(&two, (const uint8_t *)words + 2 * x, sizeof(two)); /* halves lie in the order of columns */
    return two;
#else
    words += x >> 1;
    return (x & 1) != 0 ? cg_halves(cg_high_half(words[0]), cg_low_half(words[1])) : words[0];
#endif
}

/* sum + the products of both halves, mod 2^32. */
static uint32_t cg_depthwise_add(uint32_t sum, uint32_t columns, uint32_t weights) {
#if CG_DSP
    uint32_t result;
    __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(columns), "r"(weights), "r"(sum));
    return result;
#else
    return sum + (uint32_t)(cg_low_half(columns) * cg_low_half(weights)) +
           (uint32_t)(cg_high_half(columns) * cg_high_half(weights));
#endif
}

/* A line of outputs of any window, four at a time. Slot `slot` has the first line of the window. */
static void cg_depthwise_any(const cg_depthwise_block *block, int32_t slot, int8_t *output) {
    const int32_t quads = (block->along.filter + 3) >> 2;
    const int32_t stride = block->along.stride;
    const int32_t lines = block->across.filter;
    for (int32_t lane = 0; lane < block->lanes; ++lane) {
        const int32_t *entry = block->table + (ptrdiff_t)(block->channel + lane) * block->params->entry;
        const int32_t *step = entry + block->params->entry - 3;
        const uint32_t *plane = block->plane + lane * block->lane_words;
        for (int32_t i = 0; i < block->count; i += 4) {
            const int32_t *weights = entry + 1;
            const int32_t left = block->count - i;
            int8_t *place = output + lane + (ptrdiff_t)i * block->output_step;
            uint32_t sum0 = (uint32_t)entry[0];
            uint32_t sum1 = sum0;
            uint32_t sum2 = sum0;
            uint32_t sum3 = sum0;
            int32_t at = slot;
            for (int32_t row = 0; row < lines; ++row) {
                const uint32_t *words = plane + at * block->slot_words;
                int32_t x = i * stride;
                for (int32_t quad = 0; quad < quads; ++quad) {
                    const uint32_t four = (uint32_t)*weights++;
                    const uint32_t first = (four << 8) & 0xFF00FF00u;
                    const uint32_t second = four & 0xFF00FF00u;
                    sum0 = cg_depthwise_add(sum0, cg_depthwise_two(words, x), first);
                    sum0 = cg_depthwise_add(sum0, cg_depthwise_two(words, x + 2), second);
                    sum1 = cg_depthwise_add(sum1, cg_depthwise_two(words, x + stride), first);
                    sum1 = cg_depthwise_add(sum1, cg_depthwise_two(words, x + stride + 2), second);
                    sum2 = cg_depthwise_add(sum2, cg_depthwise_two(words, x + 2 * stride), first);
                    sum2 = cg_depthwise_add(sum2, cg_depthwise_two(words, x + 2 * stride + 2), second);
                    sum3 = cg_depthwise_add(sum3, cg_depthwise_two(words, x + 3 * stride), first);
                    sum3 = cg_depthwise_add(sum3, cg_depthwise_two(words, x + 3 * stride + 2), second);
                    x += 4;
                }
                at = at + 1 == lines ? 0 : at + 1;
            }
            place[0] = cg_short_requantize(sum0, step, block->params->linear);
            if (left > 1) {
                place[block->output_step] = cg_short_requantize(sum1, step, block->params->linear);
            }
            if (left > 2) {
                place[2 * block->output_step] = cg_short_requantize(sum2, step, block->params->linear);
            }
            if (left > 3) {
                place[3 * block->output_step] = cg_short_requantize(sum3, step, block->params->linear);
            }
        }
    }
}

static void cg_depthwise_3x3(const cg_depthwise_block *block, int32_t slot, int8_t *output) {
    const int32_t tail = block->count & 3;
    cg_depthwise_line line;
    line.table = block->table + (ptrdiff_t)block->channel * block->params->entry;
    line.plane = block->plane;
    line.output = output;
    line.plane_bytes = 4 * block->lane_words;
    line.lanes = block->lanes;
    line.rows[slot] = 4;
    line.rows[slot == 2 ? 0 : slot + 1] = 8;
    line.rows[slot == 0 ? 2 : slot - 1] = 12;
    line.step = block->output_step;
    line.step3 = 3 * block->output_step;
    line.chunks = (block->count >> 2) * 24 * block->along.stride;
    line.tail = tail;
    line.linear = block->params->linear;
    if (block->along.stride == 1) {
        cg_depthwise_line_1_s8(&line);
    } else {
        cg_depthwise_line_2_s8(&line);
    }
}

/* Output lines [from, to) of four channels; `output` is the first one's. */
static void cg_depthwise_lines(const cg_depthwise_block *block, int32_t from, int32_t to, int32_t line_step,
                               int8_t *output) {
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
        if (block->is_3x3) {
            cg_depthwise_3x3(block, slot, output);
        } else {
            cg_depthwise_any(block, slot, output);
        }
        output += line_step;
    }
}

static void cg_depthwise_clamp(const cg_depthwise_conv_2d_pairs_s8_params *params, int8_t *from, int32_t count) {
    for (const int8_t *end = from + count; from != end; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int8_t)(value > params->activation_max ? params->activation_max : value);
    }
}

void cg_depthwise_conv_2d_pairs_s8(const cg_depthwise_conv_2d_pairs_s8_params *params, const cg_rows *input,
                                   const int32_t *table, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    const int32_t row = params->width.outputs * params->channels;
    cg_depthwise_block block;
    block.params = params;
    block.table = table;
    block.plane = (uint32_t *)scratch;
    block.along = params->upright != 0 ? params->height : params->width;
    block.across = params->upright != 0 ? params->width : params->height;
    block.is_3x3 = block.along.filter == 3 && block.across.filter == 3 && block.along.stride <= 2;
    block.group_words = block.is_3x3 ? 3 : 1;
    block.slot_words = block.is_3x3 ? 1 : params->groups;
    block.lane_words = params->groups * block.across.filter;
    block.first = params->upright != 0 ? y0 : 0;
    block.count = params->upright != 0 ? y1 - y0 : params->width.outputs;
    block.input_step = params->upright != 0 ? input->pitch : params->channels;
    block.output_step = params->upright != 0 ? row : params->channels;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        block.image = &image;
        for (block.channel = 0; block.channel < params->channels; block.channel += CG_LANES) {
            const int32_t left = params->channels - block.channel;
            block.lanes = left < CG_LANES ? left : CG_LANES;
            if (params->upright != 0) {
                cg_depthwise_lines(&block, 0, params->width.outputs, params->channels, output + block.channel);
            } else {
                cg_depthwise_lines(&block, y0, y1, row, output + block.channel);
            }
        }
        if (params->activation_min > -128 || params->activation_max < 127) {
            cg_depthwise_clamp(params, output, (y1 - y0) * row);
        }
        output += (ptrdiff_t)(y1 - y0) * row;
    }
}
