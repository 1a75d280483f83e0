/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CMSIS_NN_TWIN_H
#define CG_CMSIS_NN_TWIN_H

/* What several functions of the twin have in common: CMSIS-NN's arguments as those of the kernels. */

#include "arm_nn_types.h"
#include "cg_config.h"
#include "cg_conv_2d_s8.h"
#include "cg_depthwise_conv_2d_s8.h"
#include "cg_pool_2d.h"
#include "cg_rows.h"
#include "cg_window.h"

#ifdef __cplusplus
extern "C" {
#endif

/* filter: h, w, and c, the channels of one group. output: h, w, c. */
CG_INLINE cg_conv_2d_s8_params cg_twin_conv_params(const cmsis_nn_conv_params *conv_params,
                                                   const cmsis_nn_dims *input_dims, const cmsis_nn_dims *filter_dims,
                                                   const cmsis_nn_dims *output_dims) {
    cg_conv_2d_s8_params params;
    params.batches = input_dims->n;
    params.input_width = input_dims->w;
    params.input_channels = input_dims->c;
    params.filter_height = filter_dims->h;
    params.filter_width = filter_dims->w;
    params.filter_channels = filter_dims->c;
    params.output_width = output_dims->w;
    params.output_channels = output_dims->c;
    params.stride_height = conv_params->stride.h;
    params.stride_width = conv_params->stride.w;
    params.dilation_height = conv_params->dilation.h;
    params.dilation_width = conv_params->dilation.w;
    params.pad_top = conv_params->padding.h;
    params.pad_left = conv_params->padding.w;
    params.input_offset = conv_params->input_offset;
    params.output_offset = conv_params->output_offset;
    params.activation_min = conv_params->activation.min;
    params.activation_max = conv_params->activation.max;
    return params;
}

CG_INLINE void cg_twin_convolve(const cmsis_nn_conv_params *conv_params,
                                const cmsis_nn_per_channel_quant_params *quant_params, const cmsis_nn_dims *input_dims,
                                const int8_t *input_data, const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                const int32_t *bias_data, const cmsis_nn_dims *output_dims, int8_t *output_data) {
    const cg_rows rows = cg_tensor_rows(input_data, input_dims->h, input_dims->w * input_dims->c);
    const cg_conv_2d_s8_params params = cg_twin_conv_params(conv_params, input_dims, filter_dims, output_dims);
    cg_conv_2d_s8(&params, &rows, filter_data, bias_data, quant_params->multiplier, quant_params->shift, 0,
                  output_dims->h, output_data);
}

CG_INLINE cg_depthwise_conv_2d_s8_params cg_twin_depthwise_params(
    const cmsis_nn_dw_conv_params *dw_conv_params, int32_t batches, int32_t depth_multiplier, cmsis_nn_tile dilation,
    const cmsis_nn_dims *input_dims, const cmsis_nn_dims *filter_dims, const cmsis_nn_dims *output_dims) {
    cg_depthwise_conv_2d_s8_params params;
    params.batches = batches;
    params.input_width = input_dims->w;
    params.input_channels = input_dims->c;
    params.depth_multiplier = depth_multiplier;
    params.filter_height = filter_dims->h;
    params.filter_width = filter_dims->w;
    params.output_width = output_dims->w;
    params.stride_height = dw_conv_params->stride.h;
    params.stride_width = dw_conv_params->stride.w;
    params.dilation_height = dilation.h;
    params.dilation_width = dilation.w;
    params.pad_top = dw_conv_params->padding.h;
    params.pad_left = dw_conv_params->padding.w;
    params.input_offset = dw_conv_params->input_offset;
    params.output_offset = dw_conv_params->output_offset;
    params.activation_min = dw_conv_params->activation.min;
    params.activation_max = dw_conv_params->activation.max;
    return params;
}

CG_INLINE void cg_twin_depthwise(const cmsis_nn_dw_conv_params *dw_conv_params, int32_t batches,
                                 int32_t depth_multiplier, cmsis_nn_tile dilation,
                                 const cmsis_nn_per_channel_quant_params *quant_params, const cmsis_nn_dims *input_dims,
                                 const int8_t *input_data, const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                 const int32_t *bias_data, const cmsis_nn_dims *output_dims, int8_t *output_data) {
    const cg_rows rows = cg_tensor_rows(input_data, input_dims->h, input_dims->w * input_dims->c);
    const cg_depthwise_conv_2d_s8_params params = cg_twin_depthwise_params(
        dw_conv_params, batches, depth_multiplier, dilation, input_dims, filter_dims, output_dims);
    cg_depthwise_conv_2d_s8(&params, &rows, filter_data, bias_data, quant_params->multiplier, quant_params->shift, 0,
                            output_dims->h, output_data);
}

CG_INLINE cg_pool_2d_s8_params cg_twin_pool_params(const cmsis_nn_pool_params *pool_params,
                                                   const cmsis_nn_dims *input_dims, const cmsis_nn_dims *filter_dims,
                                                   const cmsis_nn_dims *output_dims) {
    cg_pool_2d_s8_params params;
    params.batches = input_dims->n;
    params.input_width = input_dims->w;
    params.channels = input_dims->c;
    params.filter_height = filter_dims->h;
    params.filter_width = filter_dims->w;
    params.output_width = output_dims->w;
    params.stride_height = pool_params->stride.h;
    params.stride_width = pool_params->stride.w;
    params.pad_top = pool_params->padding.h;
    params.pad_left = pool_params->padding.w;
    params.activation_min = pool_params->activation.min;
    params.activation_max = pool_params->activation.max;
    return params;
}

/* Whether some window along an axis covers no element: the first and the last are the outermost ones. */
CG_INLINE int cg_twin_leaves_window_empty(int32_t windows, int32_t stride, int32_t pad, int32_t filter, int32_t input) {
    const int32_t first = -pad;
    const int32_t last = (windows - 1) * stride - pad;
    return cg_window_end(first, 1, filter, input) <= cg_window_begin(first, 1) ||
           cg_window_end(last, 1, filter, input) <= cg_window_begin(last, 1);
}

CG_INLINE int cg_twin_has_empty_window(const cg_pool_2d_s8_params *params, const cmsis_nn_dims *input_dims,
                                       const cmsis_nn_dims *output_dims) {
    return cg_twin_leaves_window_empty(output_dims->h, params->stride_height, params->pad_top, params->filter_height,
                                       input_dims->h) ||
           cg_twin_leaves_window_empty(output_dims->w, params->stride_width, params->pad_left, params->filter_width,
                                       input_dims->w);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_CMSIS_NN_TWIN_H */
