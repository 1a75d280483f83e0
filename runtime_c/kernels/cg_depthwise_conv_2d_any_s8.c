/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_depthwise_conv_2d_any_s8.h"

#include "cg_depthwise_lanes_s8.h"
#include "cg_depthwise_run_s8.h"

static void cg_depthwise_any(const cg_depthwise_block *block, void *state, int32_t place, int8_t *output) {
    cg_depthwise_run *run = (cg_depthwise_run *)state;
    const int32_t *entry = block->entry;
    run->plane = block->plane;
    run->at = 4 * place;
    for (int32_t lane = 0; lane < block->lanes; ++lane) {
        run->bias = entry[0];
        run->weights = entry + 1;
        run->steps = entry + block->params->entry - 3;
        run->output = output + lane;
        cg_depthwise_run_s8(run);
        run->plane += block->lane_words;
        entry += block->params->entry;
    }
}

void cg_depthwise_conv_2d_any_s8(const cg_depthwise_lines_params *params, const cg_rows *input, const int32_t *table,
                                 int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    cg_depthwise_block block;
    cg_depthwise_run run;
    cg_depthwise_begin(&block, params, input, y0, y1, scratch, 0, cg_depthwise_lanes_s8);
    run.lines = block.across.filter;
    run.slot_bytes = 4 * block.slot_words;
    run.wrap = run.lines * run.slot_bytes;
    run.quads = (block.along.filter + 3) >> 2;
    run.stride = 2 * block.along.stride;
    run.count = block.count;
    run.step = block.output_step;
    cg_depthwise_blocks(&block, input, table, y0, y1, &run, cg_depthwise_any, output);
}
