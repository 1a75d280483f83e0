/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_add_n_f32.h"

void cg_add_n_f32(const float *input, int32_t count, int32_t is_first, float *output) {
    for (int32_t i = 0; i < count; ++i) {
        output[i] = (is_first ? 0.0f : output[i]) + input[i];
    }
}
