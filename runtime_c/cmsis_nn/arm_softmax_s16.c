/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include <stddef.h>

#include "cg_softmax_s16.h"

arm_cmsis_nn_status arm_softmax_s16(const int16_t *input, const int32_t num_rows, const int32_t row_size,
                                    const int32_t mult, const int32_t shift,
                                    const cmsis_nn_softmax_lut_s16 *softmax_params, int16_t *output) {
    cg_softmax_s16_params params;
    if (softmax_params->exp_lut == NULL || softmax_params->one_by_one_lut == NULL) {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    params.rows = num_rows;
    params.row_size = row_size;
    params.multiplier = mult;
    params.shift = shift;
    cg_softmax_s16(&params, softmax_params->exp_lut, softmax_params->one_by_one_lut, input, output);
    return ARM_CMSIS_NN_SUCCESS;
}
