/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_fully_connected_tile_s8.h"

#include <stddef.h>
#include <string.h>

void cg_fully_connected_tile_s8(const cg_fully_connected_tile_s8_params *params, const int8_t *input,
                                const uint8_t *weights, const int32_t *steps, void *scratch, int8_t *output) {
    const int32_t count = (params->depth + 7) / 8 * 8;
    const int32_t whole = params->units / CG_TILE * CG_TILE;
    int8_t *const first = output;
    uint8_t *bytes = (uint8_t *)scratch;
    for (int32_t n = 0; n < params->batches; ++n) {
        cg_tile_job job;
        int32_t total = 0;
        for (int32_t k = 0; k < params->depth; ++k) {
            const int32_t value = input[k] + CG_TILE_WEIGHT_OFFSET;
            bytes[k] = (uint8_t)value;
            total += value;
        }
        memset(bytes + params->depth, 0, (size_t)(count - params->depth));
        job.bytes = bytes;
        job.weights = weights;
        job.steps = steps;
        job.output = output;
        job.count = count;
        job.offsets[0] = total * -CG_TILE_WEIGHT_OFFSET;
        if (whole > 0) {
            job.steps_end = steps + (ptrdiff_t)4 * whole;
            cg_tile_units_s8(&job);
        }
        output += params->units;
        if (whole < params->units) {
            int8_t last[CG_TILE];
            job.steps_end = job.steps + (ptrdiff_t)4 * CG_TILE;
            job.output = last;
            cg_tile_units_s8(&job);
            memcpy(output - (params->units - whole), last, (size_t)(params->units - whole));
        }
        input += params->depth;
    }
    cg_tile_clamp(first, output, params->activation_min, params->activation_max);
}
