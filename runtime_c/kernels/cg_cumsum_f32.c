/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_cumsum_f32.h"

void cg_cumsum_f32(const cg_cumsum_params *params, const float *input, float *output) {
    for (int32_t line = 0; line < params->outer * params->inner; ++line) {
        float sum = 0.0f;
        for (int32_t k = 0; k < params->size; ++k) {
            const int32_t at = cg_cumsum_position(params, line, k);
            const float before = sum;
            sum += input[at];
            output[at] = params->exclusive ? before : sum;
        }
    }
}
