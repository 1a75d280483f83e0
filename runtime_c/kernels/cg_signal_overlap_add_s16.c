/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_overlap_add_s16.h"

#include "cg_signal.h"

void cg_signal_overlap_add_s16(const cg_signal_overlap_add_s16_params *params, const int16_t *input, int16_t *sums,
                               int16_t *output) {
    const int32_t step = params->step;
    const int32_t size = params->size;
    const int32_t left = size - step;

    for (int32_t stream = 0; stream < params->streams; ++stream) {
        for (int32_t frame = 0; frame < params->frames; ++frame) {
            for (int32_t i = 0; i < size; ++i) {
                const int16_t held = (i < left) ? sums[i] : 0;
                const int16_t sum = cg_signal_saturate_s16((int32_t)input[i] + held);

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
