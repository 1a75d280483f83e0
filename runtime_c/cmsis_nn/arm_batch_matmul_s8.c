/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "cg_batch_matmul_twin.h"

arm_cmsis_nn_status arm_batch_matmul_s8(const cmsis_nn_context *ctx, const cmsis_nn_bmm_params *bmm_params,
                                        const cmsis_nn_per_tensor_quant_params *quant_params,
                                        const cmsis_nn_dims *input_lhs_dims, const int8_t *input_lhs,
                                        const cmsis_nn_dims *input_rhs_dims, const int8_t *input_rhs,
                                        const cmsis_nn_dims *output_dims, int8_t *output) {
    (void)ctx;
    const cg_batch_matmul_shape shape = cg_twin_batch_matmul(input_lhs_dims, input_rhs_dims, output_dims);
    cg_batch_matmul_s8(&shape, bmm_params->fc_params.input_offset, bmm_params->fc_params.filter_offset,
                       quant_params->multiplier, quant_params->shift, bmm_params->fc_params.output_offset, input_lhs,
                       input_rhs, output);
    return ARM_CMSIS_NN_SUCCESS;
}
