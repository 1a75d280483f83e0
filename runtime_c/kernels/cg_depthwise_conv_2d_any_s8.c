/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_conv_2d_any_s8.h"

/* Columns x and x + 1. */
CG_INLINE uint32_t cg_depthwise_two(const uint32_t *words, int32_t x) {
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
CG_INLINE uint32_t cg_depthwise_add(uint32_t sum, uint32_t columns, uint32_t weights) {
#if CG_DSP
    uint32_t result;
    __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(columns), "r"(weights), "r"(sum));
    return result;
#else
    return sum + (uint32_t)(cg_low_half(columns) * cg_low_half(weights)) +
           (uint32_t)(cg_high_half(columns) * cg_high_half(weights));
#endif
}

/*
 * A line of outputs of any window, four at a time. Slot `slot` has the first line of the window. With a `stride` that
 * the compiler knows, it loads columns once for neighbouring outputs.
 */
CG_INLINE void cg_depthwise_outputs(const cg_depthwise_block *block, int32_t slot, int32_t stride, int8_t *output) {
    const int32_t quads = (block->along.filter + 3) >> 2;
    const int32_t lines = block->across.filter;
    const int32_t step_bytes = block->output_step;
    const int32_t linear = block->params->linear;
    for (int32_t lane = 0; lane < block->lanes; ++lane) {
        const int32_t *entry = block->table + (ptrdiff_t)(block->channel + lane) * block->params->entry;
        const int32_t *step = entry + block->params->entry - 3;
        const uint32_t *plane = block->plane + lane * block->lane_words;
        int8_t *place = output + lane;
        for (int32_t left = block->count; left > 0; left -= 4) {
            const int32_t *weights = entry + 1;
            uint32_t sum0 = (uint32_t)entry[0];
            uint32_t sum1 = sum0;
            uint32_t sum2 = sum0;
            uint32_t sum3 = sum0;
            int32_t at = slot;
            for (int32_t row = 0; row < lines; ++row) {
                const uint32_t *words = plane + at * block->slot_words;
                for (int32_t quad = quads; quad > 0; --quad) {
                    const uint32_t four = (uint32_t)*weights++;
                    const uint32_t first = (four << 8) & 0xFF00FF00u;
                    const uint32_t second = four & 0xFF00FF00u;
                    sum0 = cg_depthwise_add(sum0, cg_depthwise_two(words, 0), first);
                    sum1 = cg_depthwise_add(sum1, cg_depthwise_two(words, stride), first);
                    sum2 = cg_depthwise_add(sum2, cg_depthwise_two(words, 2 * stride), first);
                    sum3 = cg_depthwise_add(sum3, cg_depthwise_two(words, 3 * stride), first);
                    sum0 = cg_depthwise_add(sum0, cg_depthwise_two(words, 2), second);
                    sum1 = cg_depthwise_add(sum1, cg_depthwise_two(words, stride + 2), second);
                    sum2 = cg_depthwise_add(sum2, cg_depthwise_two(words, 2 * stride + 2), second);
                    sum3 = cg_depthwise_add(sum3, cg_depthwise_two(words, 3 * stride + 2), second);
                    words += 2;
                }
                at = at + 1 == lines ? 0 : at + 1;
            }
            plane += 2 * stride;
            place[0] = cg_short_requantize(sum0, step, linear);
            if (left > 1) {
                place[step_bytes] = cg_short_requantize(sum1, step, linear);
            }
            if (left > 2) {
                place[2 * step_bytes] = cg_short_requantize(sum2, step, linear);
            }
            if (left > 3) {
                place[3 * step_bytes] = cg_short_requantize(sum3, step, linear);
            }
            place += 4 * step_bytes;
        }
    }
}

static void cg_depthwise_any(const cg_depthwise_block *block, int32_t slot, int8_t *output) {
    if (block->along.stride == 1) {
        cg_depthwise_outputs(block, slot, 1, output);
    } else {
        cg_depthwise_outputs(block, slot, block->along.stride, output);
    }
}

void cg_depthwise_conv_2d_any_s8(const cg_depthwise_lines_params *params, const cg_rows *input, const int32_t *table,
                                 int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    cg_depthwise_conv_2d_lines(params, input, table, y0, y1, scratch, output, 0, cg_depthwise_any);
}
