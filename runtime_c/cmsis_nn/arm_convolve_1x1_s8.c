/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_cmsis_nn_twin.h"

arm_cmsis_nn_status arm_convolve_1x1_s8(const cmsis_nn_context *ctx, const cmsis_nn_conv_params *conv_params,
                                        const cmsis_nn_per_channel_quant_params *quant_params,
                                        const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                        const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                        const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                        const cmsis_nn_dims *output_dims, int8_t *output_data) {
    (void)ctx;
    (void)filter_dims;
    (void)bias_dims;
    if (conv_params->padding.w != 0 || conv_params->padding.h != 0) {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    cmsis_nn_conv_params pointwise = *conv_params;
    pointwise.dilation.w = 1;
    pointwise.dilation.h = 1;
    const cmsis_nn_dims filter = {output_dims->c, 1, 1, input_dims->c};
    cg_twin_convolve(&pointwise, quant_params, input_dims, input_data, &filter, filter_data, bias_data, output_dims,
                     output_data);
    return ARM_CMSIS_NN_SUCCESS;
}
