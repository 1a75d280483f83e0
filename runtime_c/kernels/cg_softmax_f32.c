/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_softmax_f32.h"

#include <math.h>

#include "cg_greatest.h"

static void cg_softmax_row_f32(int32_t row_size, float beta, const float *input, float *output) {
    const float greatest = cg_greatest_f32(input, row_size);

    float sum = 0.0f;
    for (int32_t i = 0; i < row_size; ++i) {
        output[i] = expf((input[i] - greatest) * beta);
        sum += output[i];
    }
    for (int32_t i = 0; i < row_size; ++i) {
        output[i] = output[i] / sum;
    }
}

void cg_softmax_f32(int32_t rows, int32_t row_size, float beta, const float *input, float *output) {
    for (int32_t row = 0; row < rows; ++row) {
        cg_softmax_row_f32(row_size, beta, input, output);
        input += row_size;
        output += row_size;
    }
}
