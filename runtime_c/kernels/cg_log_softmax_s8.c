/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_log_softmax_s8.h"

#include "cg_greatest.h"
#include "cg_log.h"
#include "cg_requantize.h"
#include "cg_wrapping.h"

/* The logarithm of a result, Q5.26, as steps of 1/16. */
static int8_t cg_log_softmax_element(int32_t scaled, int32_t log_sum) {
    const int32_t steps = cg_rounding_divide_by_power_of_two(cg_wrapping_subtract(scaled, log_sum), 22);
    return (int8_t)cg_clamp_s32(steps + INT8_MAX, INT8_MIN, INT8_MAX);
}

static void cg_log_softmax_row_s8(const cg_log_softmax_s8_params *params, const int8_t *input, int8_t *output) {
    const cg_softmax_s8_params *softmax = &params->softmax;
    const int32_t greatest = cg_greatest_s8(input, softmax->row_size);
    const int32_t log_sum = cg_log_q12_19(cg_softmax_sum(softmax, input, greatest));
    const int32_t least =
        cg_max_s32(softmax->diff_min - 1, cg_requantize(cg_wrapping_add(log_sum, INT32_MIN), params->reverse_multiplier,
                                                        params->reverse_shift));
    for (int32_t i = 0; i < softmax->row_size; ++i) {
        const int32_t difference = input[i] - greatest;
        const int32_t scaled = cg_requantize(difference, softmax->multiplier, softmax->shift);
        output[i] = (int8_t)((difference > least) ? cg_log_softmax_element(scaled, log_sum) : INT8_MIN);
    }
}

void cg_log_softmax_s8(const cg_log_softmax_s8_params *params, const int8_t *input, int8_t *output) {
    for (int32_t row = 0; row < params->softmax.rows; ++row) {
        cg_log_softmax_row_s8(params, input, output);
        input += params->softmax.row_size;
        output += params->softmax.row_size;
    }
}
