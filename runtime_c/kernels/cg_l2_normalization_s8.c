/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_l2_normalization_s8.h"

#include "cg_inverse_sqrt.h"
#include "cg_requantize.h"

static cg_factor cg_inverse_l2_norm(int32_t row_size, int32_t input_offset, const int8_t *input) {
    int32_t squares = 0;
    for (int32_t i = 0; i < row_size; ++i) {
        const int32_t value = input[i] + input_offset;
        squares += value * value;
    }
    cg_factor factor = cg_inverse_sqrt(squares);
    factor.shift += 7; /* the output's scale */
    return factor;
}

void cg_l2_normalization_s8(int32_t rows, int32_t row_size, int32_t input_offset, const int8_t *input, int8_t *output) {
    for (int32_t row = 0; row < rows; ++row) {
        const cg_factor factor = cg_inverse_l2_norm(row_size, input_offset, input);
        for (int32_t i = 0; i < row_size; ++i) {
            output[i] = cg_requantize_s8(input[i] + input_offset, factor.multiplier, factor.shift, 0, -128, 127);
        }
        input += row_size;
        output += row_size;
    }
}
