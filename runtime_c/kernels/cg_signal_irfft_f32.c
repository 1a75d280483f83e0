/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_irfft_f32.h"

#include "cg_fft_f32.h"

void cg_signal_irfft_f32(const cg_fft_plan_f32 *plan, const float *input, int32_t rows, float *output) {
    for (int32_t row = 0; row < rows; ++row) {
        cg_fft_inverse_row(plan, input, output);
        for (int32_t i = 0; i < 2 * plan->size; ++i) {
            output[i] /= (float)(2 * plan->size);
        }
        input += 2 * (plan->size + 1);
        output += 2 * plan->size;
    }
}
