/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_l2_normalization_f32.h"

#include <math.h>

static float cg_l2_norm_f32(int32_t row_size, const float *input) {
    float squares = 0.0f;
    for (int32_t i = 0; i < row_size; ++i) {
        squares += input[i] * input[i];
    }
    const float norm = sqrtf(squares);
    return (norm < 1e-6f) ? 1e-6f : norm;
}

void cg_l2_normalization_f32(int32_t rows, int32_t row_size, const float *input, float *output) {
    for (int32_t row = 0; row < rows; ++row) {
        const float norm = cg_l2_norm_f32(row_size, input);
        for (int32_t i = 0; i < row_size; ++i) {
            output[i] = input[i] / norm;
        }
        input += row_size;
        output += row_size;
    }
}
