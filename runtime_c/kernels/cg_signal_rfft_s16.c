/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_rfft_s16.h"

#include "cg_fft_s16.h"

void cg_signal_rfft_s16(const cg_fft_plan_s16 *plan, const int16_t *input, int32_t rows, int32_t length,
                        int16_t *output) {
    for (int32_t row = 0; row < rows; ++row) {
        cg_fft_forward_row(plan, input, length, output);
        input += length;
        output += 2 * (plan->size + 1);
    }
}
