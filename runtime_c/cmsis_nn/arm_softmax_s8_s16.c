/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_softmax_s8_s16.h"

void arm_softmax_s8_s16(const int8_t *input, const int32_t num_rows, const int32_t row_size, const int32_t mult,
                        const int32_t shift, const int32_t diff_min, int16_t *output) {
    cg_softmax_s8_params params;
    params.rows = num_rows;
    params.row_size = row_size;
    params.multiplier = mult;
    params.shift = shift;
    params.diff_min = diff_min;
    cg_softmax_s8_s16(&params, input, output);
}
