/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_fully_connected_s16_b32.h"

#include <stddef.h>

#include "cg_dot_s16_mve.h"
#include "cg_weighted_s16.h"

void cg_fully_connected_s16_b32(const cg_fully_connected_s8_params *params, const int16_t *input, const int8_t *weights,
                                const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int16_t *output) {
    for (int32_t batch = 0; batch < params->batches; ++batch) {
        for (int32_t unit = 0; unit < params->units; ++unit) {
            const int32_t quant = unit * params->quant_step;
            const int8_t *row = weights + (ptrdiff_t)unit * params->depth;
            uint32_t sum = bias != NULL ? (uint32_t)bias[unit] : 0;
            int32_t i = 0;
#if defined(__ARM_FEATURE_MVE)
            if (params->input_offset == 0) {
                sum += (uint32_t)cg_dot_s16(0, input, row, params->depth);
                i = params->depth;
            }
#endif
            for (; i < params->depth; ++i) {
                sum += (uint32_t)cg_term_s16(input[i], params->input_offset, row[i]);
            }
            *output++ = cg_finish_s16(cg_scale_sum_b32(sum, multiplier[quant], shift[quant]), params->output_offset,
                                      params->activation_min, params->activation_max);
        }
        input += params->depth;
    }
}
