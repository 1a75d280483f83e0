/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "cg_cmsis_nn_twin.h"
#include "cg_conv_2d_s16_b32.h"
#include "cg_conv_2d_s16_b64.h"

arm_cmsis_nn_status arm_convolve_s16(const cmsis_nn_context *ctx, const cmsis_nn_conv_params *conv_params,
                                     const cmsis_nn_per_channel_quant_params *quant_params,
                                     const cmsis_nn_dims *input_dims, const int16_t *input_data,
                                     const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                     const cmsis_nn_dims *bias_dims, const cmsis_nn_bias_data *bias_data,
                                     const cmsis_nn_dims *output_dims, int16_t *output_data) {
    (void)ctx;
    (void)bias_dims;
    const cg_rows rows = cg_tensor_rows(input_data, input_dims->h, 2 * input_dims->w * input_dims->c);
    cg_conv_2d_s8_params params = cg_twin_conv_params(conv_params, input_dims, filter_dims, output_dims);
    params.input_offset = 0;
    params.output_offset = 0;
    if (bias_data->is_int32_bias) {
        cg_conv_2d_s16_b32(&params, &rows, filter_data, (const int32_t *)bias_data->data, quant_params->multiplier,
                           quant_params->shift, 0, output_dims->h, output_data);
    } else {
        cg_conv_2d_s16_b64(&params, &rows, filter_data, (const int64_t *)bias_data->data, quant_params->multiplier,
                           quant_params->shift, 0, output_dims->h, output_data);
    }
    return ARM_CMSIS_NN_SUCCESS;
}
