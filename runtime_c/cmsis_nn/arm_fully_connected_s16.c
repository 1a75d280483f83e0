/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "cg_fully_connected_s16_b64.h"

arm_cmsis_nn_status arm_fully_connected_s16(const cmsis_nn_context *ctx, const cmsis_nn_fc_params *fc_params,
                                            const cmsis_nn_per_tensor_quant_params *quant_params,
                                            const cmsis_nn_dims *input_dims, const int16_t *input,
                                            const cmsis_nn_dims *filter_dims, const int8_t *kernel,
                                            const cmsis_nn_dims *bias_dims, const int64_t *bias,
                                            const cmsis_nn_dims *output_dims, int16_t *output) {
    cg_fully_connected_s8_params params;
    (void)ctx;
    (void)bias_dims;
    params.batches = input_dims->n;
    params.depth = filter_dims->n;
    params.units = output_dims->c;
    params.input_offset = 0;
    params.filter_offset = 0;
    params.output_offset = 0;
    params.activation_min = fc_params->activation.min;
    params.activation_max = fc_params->activation.max;
    params.quant_step = 0;
    cg_fully_connected_s16_b64(&params, input, kernel, bias, &quant_params->multiplier, &quant_params->shift, output);
    return ARM_CMSIS_NN_SUCCESS;
}
