/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_add_s16.h"

arm_cmsis_nn_status
arm_elementwise_add_s16(const int16_t *input_1_vect, const int16_t *input_2_vect, const int32_t input_1_offset,
                        const int32_t input_1_mult, const int32_t input_1_shift, const int32_t input_2_offset,
                        const int32_t input_2_mult, const int32_t input_2_shift, const int32_t left_shift,
                        int16_t *output, const int32_t out_offset, const int32_t out_mult, const int32_t out_shift,
                        const int32_t out_activation_min, const int32_t out_activation_max, const int32_t block_size) {
    const cg_broadcast shape = {{1, 1, 1, 1, 1, block_size}, {0, 0, 0, 0, 0, 1}, {0, 0, 0, 0, 0, 1}};
    cg_sum_params params;
    params.input1_offset = input_1_offset;
    params.input1_multiplier = input_1_mult;
    params.input1_shift = input_1_shift;
    params.input2_offset = input_2_offset;
    params.input2_multiplier = input_2_mult;
    params.input2_shift = input_2_shift;
    params.left_shift = left_shift;
    params.output_offset = out_offset;
    params.output_multiplier = out_mult;
    params.output_shift = out_shift;
    params.activation_min = out_activation_min;
    params.activation_max = out_activation_max;
    cg_add_s16(&shape, &params, input_1_vect, input_2_vect, output);
    return ARM_CMSIS_NN_SUCCESS;
}
