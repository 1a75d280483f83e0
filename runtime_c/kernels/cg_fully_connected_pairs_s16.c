/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_fully_connected_pairs_s16.h"

#include <stddef.h>
#include <string.h>

#include "cg_fully_connected_units_s16.h"

static void cg_units_s16_clamp(const cg_fully_connected_pairs_s16_params *params, int16_t *from, const int16_t *to) {
    for (; from != to; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int16_t)(value > params->activation_max ? params->activation_max : value);
    }
}

void cg_fully_connected_pairs_s16(const cg_fully_connected_pairs_s16_params *params, const int16_t *input,
                                  const int32_t *stream, void *scratch, int16_t *output) {
    const int32_t block = 4 * params->quads + 16;
    const int32_t rest = params->units % CG_UNITS_S16;
    int16_t *to = output;
    cg_units_s16 units;
    units.entry = ((params->quads - 1) % 4 + 1) * CG_UNITS_S16_QUAD_CODE;
    units.positive = params->positive;
    for (int32_t row = 0; row < params->batches; ++row) {
        units.values = input;
        if (params->depth % 4 != 0) {
            int16_t *const copy = (int16_t *)scratch;
            memcpy(copy, input, 2 * (size_t)params->depth);
            for (int32_t i = params->depth; i < 4 * params->quads; ++i) {
                copy[i] = 0;
            }
            units.values = copy;
        }
        units.end = units.values + 4 * (ptrdiff_t)params->quads;
        units.stream = stream;
        units.stream_end = stream + (ptrdiff_t)(params->units / CG_UNITS_S16) * block;
        units.output = to;
        if (params->units >= CG_UNITS_S16) {
            cg_fully_connected_units_s16(&units);
        }
        if (rest > 0) {
            int16_t last[CG_UNITS_S16];
            units.stream = units.stream_end;
            units.stream_end += block;
            units.output = last;
            cg_fully_connected_units_s16(&units);
            memcpy(to + params->units - rest, last, 2 * (size_t)rest);
        }
        to += params->units;
        input += params->depth;
    }
    if (params->activation_min > (params->positive != 0 ? 0 : INT16_MIN) || params->activation_max < INT16_MAX) {
        cg_units_s16_clamp(params, output, to);
    }
}
