/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_pad.h"

arm_cmsis_nn_status arm_pad_s8(const int8_t *input, int8_t *output, const int8_t pad_value,
                               const cmsis_nn_dims *input_size, const cmsis_nn_dims *pre_pad,
                               const cmsis_nn_dims *post_pad) {
    const cg_pad_params params = {
        {1, input_size->n, input_size->h, input_size->w, input_size->c},
        {0, pre_pad->n, pre_pad->h, pre_pad->w, pre_pad->c},
        {0, post_pad->n, post_pad->h, post_pad->w, post_pad->c},
        1,
    };
    cg_pad(&params, input, &pad_value, output);
    return ARM_CMSIS_NN_SUCCESS;
}
