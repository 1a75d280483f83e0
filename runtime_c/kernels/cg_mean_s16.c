/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_mean_s16.h"

#include "cg_requantize.h"

void cg_mean_s16(const cg_reduction *reduction, const cg_mean_s16_params *params, const int16_t *input,
                 int16_t *output) {
    CG_REDUCE(reduction, int16_t, input, int32_t, params->sum_offset, result = cg_wrapping_add(result, value), output,
              (int16_t)cg_clamp_s32(
                  cg_wrapping_add(cg_requantize(result, params->multiplier, params->shift), params->output_offset),
                  -32768, 32767));
}
