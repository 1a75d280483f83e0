/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_depthwise_conv_2d_pairs_s8.h"

#include "cg_depthwise_line_s8.h"

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

void cg_depthwise_conv_2d_pairs_s8(const cg_depthwise_lines_params *params, const cg_rows *input, const int32_t *table,
                                   int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    cg_depthwise_conv_2d_lines(params, input, table, y0, y1, scratch, output, 1, cg_depthwise_3x3);
}
