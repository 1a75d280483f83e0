/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "cg_rows.h"
#include "cg_transpose_conv_s8.h"

arm_cmsis_nn_status arm_transpose_conv_s8(const cmsis_nn_context *ctx, const cmsis_nn_context *output_ctx,
                                          const cmsis_nn_transpose_conv_params *transpose_conv_params,
                                          const cmsis_nn_per_channel_quant_params *quant_params,
                                          const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                          const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                          const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                          const cmsis_nn_dims *output_dims, int8_t *output_data) {
    (void)ctx;
    (void)output_ctx;
    (void)bias_dims;
    const cg_rows rows = cg_tensor_rows(input_data, input_dims->h, input_dims->w * input_dims->c);
    cg_transpose_conv_s8_params params;
    params.batches = input_dims->n;
    params.input_width = input_dims->w;
    params.input_channels = input_dims->c;
    params.filter_height = filter_dims->h;
    params.filter_width = filter_dims->w;
    params.output_width = output_dims->w;
    params.output_channels = output_dims->c;
    params.stride_height = transpose_conv_params->stride.h;
    params.stride_width = transpose_conv_params->stride.w;
    params.pad_top = transpose_conv_params->padding.h;
    params.pad_left = transpose_conv_params->padding.w;
    params.input_offset = transpose_conv_params->input_offset;
    params.output_offset = transpose_conv_params->output_offset;
    params.activation_min = transpose_conv_params->activation.min;
    params.activation_max = transpose_conv_params->activation.max;
    cg_transpose_conv_s8(&params, &rows, filter_data, bias_data, quant_params->multiplier, quant_params->shift, 0,
                         output_dims->h, output_data);
    return ARM_CMSIS_NN_SUCCESS;
}
