/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_overlap_add_f32.h"

void cg_signal_overlap_add_f32(const cg_signal_overlap_add_f32_params *params, const float *input, float *sums,
                               float *output) {
    const int32_t step = params->step;
    const int32_t size = params->size;
    const int32_t left = size - step;

    for (int32_t stream = 0; stream < params->streams; ++stream) {
        for (int32_t frame = 0; frame < params->frames; ++frame) {
            for (int32_t i = 0; i < size; ++i) {
                const float held = (i < left) ? sums[i] : 0.0F;
                const float sum = input[i] + held;

                if (i < step) {
                    output[i] = sum;
                } else {
                    sums[i - step] = sum; /* Read before: i - step < i. */
                }
            }
            input += size;
            output += step;
        }
        if (left > 0) {
            sums += left;
        }
    }
}
