/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "cg_cmsis_nn_twin.h"
#include "cg_depthwise_conv_2d_s16_b64.h"

arm_cmsis_nn_status arm_depthwise_conv_fast_s16(const cmsis_nn_context *ctx,
                                                const cmsis_nn_dw_conv_params *dw_conv_params,
                                                const cmsis_nn_per_channel_quant_params *quant_params,
                                                const cmsis_nn_dims *input_dims, const int16_t *input,
                                                const cmsis_nn_dims *filter_dims, const int8_t *kernel,
                                                const cmsis_nn_dims *bias_dims, const int64_t *bias,
                                                const cmsis_nn_dims *output_dims, int16_t *output) {
    const cmsis_nn_tile undilated = {1, 1};
    (void)ctx;
    (void)bias_dims;
    if (input_dims->c != output_dims->c || filter_dims->w * filter_dims->h >= 512) {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    const cg_rows rows = cg_tensor_rows(input, input_dims->h, 2 * input_dims->w * input_dims->c);
    cg_depthwise_conv_2d_s8_params params =
        cg_twin_depthwise_params(dw_conv_params, input_dims->n, 1, undilated, input_dims, filter_dims, output_dims);
    params.input_offset = 0;
    params.output_offset = 0;
    cg_depthwise_conv_2d_s16_b64(&params, &rows, kernel, bias, quant_params->multiplier, quant_params->shift, 0,
                                 output_dims->h, output);
    return ARM_CMSIS_NN_SUCCESS;
}
