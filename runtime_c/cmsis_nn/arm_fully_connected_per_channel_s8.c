/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_fully_connected_s8.h"

arm_cmsis_nn_status arm_fully_connected_per_channel_s8(const cmsis_nn_context *ctx, const cmsis_nn_fc_params *fc_params,
                                                       const cmsis_nn_per_channel_quant_params *quant_params,
                                                       const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                                       const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                                       const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                                       const cmsis_nn_dims *output_dims, int8_t *output_data) {
    cg_fully_connected_s8_params params;
    (void)ctx;
    (void)bias_dims;
    params.batches = input_dims->n;
    params.depth = filter_dims->n;
    params.units = output_dims->c;
    params.input_offset = fc_params->input_offset;
    params.filter_offset = fc_params->filter_offset;
    params.output_offset = fc_params->output_offset;
    params.activation_min = fc_params->activation.min;
    params.activation_max = fc_params->activation.max;
    params.quant_step = 1;
    cg_fully_connected_s8(&params, input_data, filter_data, bias_data, quant_params->multiplier, quant_params->shift,
                          output_data);
    return ARM_CMSIS_NN_SUCCESS;
}
