/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_depthwise_conv_2d_pairs_s8.h"

#include "cg_depthwise_lanes_3_s8.h"
#include "cg_depthwise_line_s8.h"

typedef struct {
    cg_depthwise_line line;
    cg_depthwise_lane lanes[CG_LANES];
    const int32_t *entry; /* of lanes[0]; NULL before there is one */
    int32_t chunks;       /* words of plane that whole groups of four outputs step over */
} cg_depthwise_state;

static void cg_depthwise_prepare(const cg_depthwise_block *block, cg_depthwise_state *state) {
    const int32_t *entry = block->entry;
    const uint32_t *plane = block->plane;
    cg_depthwise_lane *lane = state->lanes;
    state->entry = entry;
    state->line.lane_end = lane + block->lanes;
    for (; lane != state->line.lane_end; ++lane) {
        lane->bias = (uint32_t)*entry++;
        for (int32_t i = 0; i < 6; i += 2) {
            const uint32_t weights = (uint32_t)*entry++;
            lane->weights[i] = (weights << 8) & 0xFF00FF00u;
            lane->weights[i + 1] = weights & 0xFF00FF00u;
        }
        memcpy(&lane->weights[6], lane->weights, 4 * sizeof(lane->weights[0]));
        lane->plane = plane;
        lane->multiplier = *entry++;
        lane->offset = *entry++;
        lane->shift = *entry++;
        lane->end = plane + state->chunks;
        plane += block->lane_words;
    }
}

static void cg_depthwise_3x3(const cg_depthwise_block *block, void *of_block, int32_t place, int8_t *output) {
    cg_depthwise_state *state = (cg_depthwise_state *)of_block;
    if (state->entry != block->entry) {
        cg_depthwise_prepare(block, state);
    }
    state->line.output = output;
    state->line.weights = place == 0 ? 4 : 28 - 8 * place;
    if (block->along.stride == 1) {
        cg_depthwise_line_1_s8(&state->line);
    } else {
        cg_depthwise_line_2_s8(&state->line);
    }
}

void cg_depthwise_conv_2d_pairs_s8(const cg_depthwise_lines_params *params, const cg_rows *input, const int32_t *table,
                                   int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    cg_depthwise_block block;
    cg_depthwise_state state;
    cg_depthwise_begin(&block, params, input, y0, y1, scratch, 1, cg_depthwise_lanes_3_s8);
    state.line.lane = state.lanes;
    state.line.tail = block.count & 3;
    state.line.form = block.count < 4 ? 2 : params->linear;
    state.line.step = block.output_step;
    state.line.step3 = 3 * block.output_step;
    state.entry = NULL;
    state.chunks = (block.count >> 2) * 6 * block.along.stride;
    cg_depthwise_blocks(&block, input, table, y0, y1, &state, cg_depthwise_3x3, output);
}
