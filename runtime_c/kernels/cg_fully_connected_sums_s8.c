/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_fully_connected_sums_s8.h"

#include <string.h>

#include "cg_dot_fours_s8.h"
#include "cg_plain_dot.h"
#include "cg_requantize.h"

void cg_fully_connected_sums_s8(const cg_fully_connected_sums_s8_params *params, const cg_rows *input,
                                const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                const int32_t *shift, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    const int32_t depth = params->row_depth;
    int32_t *sums = (int32_t *)scratch;

    if (y0 == 0) {
        (void)memcpy(sums, bias, (size_t)params->units * sizeof(*sums));
    }
    for (int32_t y = y0; y < y1; ++y) {
        const int8_t *row = (const int8_t *)cg_row(input, y);
        const int8_t *filter = weights + (ptrdiff_t)y * depth;
        int32_t unit = 0;
#if CG_THUMB1 || CG_DSP
        for (; unit + 4 <= params->units; unit += 4) {
            cg_dot_fours_s8(sums + unit, row, filter, input->height * depth, depth);
            filter += (ptrdiff_t)4 * input->height * depth;
        }
#endif
        for (; unit < params->units; ++unit) {
            sums[unit] = cg_wrapping_add(sums[unit], cg_plain_dot_s8(row, filter, depth));
            filter += (ptrdiff_t)input->height * depth;
        }
    }
    if (y1 == input->height) {
        for (int32_t unit = 0; unit < params->units; ++unit) {
            const int32_t quant = unit * params->quant_step;
            output[unit] = cg_requantize_s8(sums[unit], multiplier[quant], shift[quant], params->output_offset,
                                            params->activation_min, params->activation_max);
        }
    }
}
