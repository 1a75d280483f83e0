/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_dequantize_s8_f32.h"

void cg_dequantize_s8_f32(const int8_t *input, int32_t count, float scale, int32_t zero_point, float *output) {
    for (int32_t i = 0; i < count; ++i) {
        output[i] = scale * (float)((int32_t)input[i] - zero_point);
    }
}
