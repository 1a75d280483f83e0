/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_cmsis_nn_twin.h"

arm_cmsis_nn_status arm_convolve_s8(const cmsis_nn_context *ctx, const cmsis_nn_conv_params *conv_params,
                                    const cmsis_nn_per_channel_quant_params *quant_params,
                                    const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                    const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                    const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                    const cmsis_nn_dims *upscale_dims, const cmsis_nn_dims *output_dims,
                                    int8_t *output_data) {
    (void)ctx;
    (void)bias_dims;
    if (upscale_dims != NULL && (upscale_dims->h == 2 || upscale_dims->w == 2)) {
        return ARM_CMSIS_NN_NO_IMPL_ERROR;
    }
    const int32_t groups = input_dims->c / filter_dims->c;
    if (groups == 0 || input_dims->c % groups != 0 || output_dims->c % groups != 0) {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    cg_twin_convolve(conv_params, quant_params, input_dims, input_data, filter_dims, filter_data, bias_data,
                     output_dims, output_data);
    return ARM_CMSIS_NN_SUCCESS;
}
