/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "cg_broadcast_twin.h"
#include "cg_maximum_s8.h"

arm_cmsis_nn_status arm_maximum_s8(const cmsis_nn_context *ctx, const int8_t *input_1_data,
                                   const cmsis_nn_dims *input_1_dims, const int8_t *input_2_data,
                                   const cmsis_nn_dims *input_2_dims, int8_t *output_data,
                                   const cmsis_nn_dims *output_dims) {
    (void)ctx;
    const cg_broadcast shape = cg_twin_broadcast(input_1_dims, input_2_dims, output_dims);
    cg_maximum_s8(&shape, input_1_data, input_2_data, output_data);
    return ARM_CMSIS_NN_SUCCESS;
}
