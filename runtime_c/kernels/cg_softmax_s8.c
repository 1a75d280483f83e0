/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_softmax_s8.h"

#include "cg_requantize.h"

void cg_softmax_s8(const cg_softmax_s8_params *params, const int8_t *input, int8_t *output) {
    for (int32_t n = 0; n < params->rows; ++n) {
        const cg_softmax_row row = cg_softmax_row_of(params, input);
        for (int32_t i = 0; i < params->row_size; ++i) {
            const int32_t value = INT8_MIN + cg_softmax_steps(params, &row, input[i], 8);
            output[i] = (int8_t)cg_clamp_s32(value, INT8_MIN, INT8_MAX);
        }
        input += params->row_size;
        output += params->row_size;
    }
}
