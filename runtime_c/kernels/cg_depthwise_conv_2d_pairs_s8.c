/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_depthwise_conv_2d_pairs_s8.h"

#include "cg_depthwise_lanes_3_s8.h"
#include "cg_depthwise_line_s8.h"

static void cg_depthwise_3x3(const cg_depthwise_block *block, void *state, int32_t slot, int8_t *output) {
    cg_depthwise_line *line = (cg_depthwise_line *)state;
    line->table = block->entry;
    line->plane = block->plane;
    line->output = output;
    line->lanes = block->lanes;
    line->rows[slot] = 4;
    line->rows[slot == 2 ? 0 : slot + 1] = 8;
    line->rows[slot == 0 ? 2 : slot - 1] = 12;
    if (block->along.stride == 1) {
        cg_depthwise_line_1_s8(line);
    } else {
        cg_depthwise_line_2_s8(line);
    }
}

void cg_depthwise_conv_2d_pairs_s8(const cg_depthwise_lines_params *params, const cg_rows *input, const int32_t *table,
                                   int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    cg_depthwise_block block;
    cg_depthwise_line line;
    cg_depthwise_begin(&block, params, input->pitch, y0, y1, scratch, 1, cg_depthwise_lanes_3_s8);
    line.step = block.output_step;
    line.step3 = 3 * block.output_step;
    line.chunks = (block.count >> 2) * 24 * block.along.stride;
    line.tail = block.count & 3;
    line.linear = params->linear;
    line.plane_bytes = 4 * block.lane_words;
    cg_depthwise_blocks(&block, input, table, y0, y1, &line, cg_depthwise_3x3, output);
}
