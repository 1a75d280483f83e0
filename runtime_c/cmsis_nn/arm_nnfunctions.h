/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ARM_NNFUNCTIONS_H
#define ARM_NNFUNCTIONS_H

/*
 * Functions of the CMSIS-NN v7.0.0 interface over the portable kernels of this project. A module that was generated
 * for CMSIS-NN links without Arm's library: on a host, on another architecture, for a first try.
 *
 * Names, arguments and results are those of v7.0.0. Differences, all on the side of accepting more:
 *   - contexts are ignored: their buffer may be NULL, and sums of weights in it are not read;
 *   - dimensions are not cut to 16 bits.
 * Arguments that v7.0.0 refuses for their own sake are refused with the same status.
 *
 * Dimensions: input {n: batches, h, w, c}, output {n, h, w, c}; the filter's h and w; the rest at each function.
 * bias_dims is never read. bias_data may be NULL. Arithmetic and aliasing are those of the kernel that is named.
 */

#include "arm_nn_types.h"

/* Tells these functions apart from Arm's. */
#define CG_CMSIS_NN_TWIN 1

/* The release that modules must have been planned for. */
#ifndef CG_CMSIS_NN_RELEASE
#define CG_CMSIS_NN_RELEASE 70000
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* cg_conv_2d_s8. filter_dims->c: channels of one group. upscale_dims h, w: 2 reads the input as if rows or columns of
 * zero points lay between its own, of which it has half as many as input_dims say. ARG_ERROR: groups do not divide the
 * channels. NO_IMPL_ERROR: upscaled groups or an upscaled image with strides or dilations, which nothing uses. */
arm_cmsis_nn_status arm_convolve_s8(const cmsis_nn_context *ctx, const cmsis_nn_conv_params *conv_params,
                                    const cmsis_nn_per_channel_quant_params *quant_params,
                                    const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                    const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                    const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                    const cmsis_nn_dims *upscale_dims, const cmsis_nn_dims *output_dims,
                                    int8_t *output_data);

/* cg_conv_2d_s16_b32 or _b64, as the bias says, for one group. Unlike Arm's, sums are as wide as the bias. */
arm_cmsis_nn_status arm_convolve_s16(const cmsis_nn_context *ctx, const cmsis_nn_conv_params *conv_params,
                                     const cmsis_nn_per_channel_quant_params *quant_params,
                                     const cmsis_nn_dims *input_dims, const int16_t *input_data,
                                     const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                     const cmsis_nn_dims *bias_dims, const cmsis_nn_bias_data *bias_data,
                                     const cmsis_nn_dims *output_dims, int16_t *output_data);

/* cg_depthwise_conv_2d_s16_b64 with one output channel per input channel; dilation is not read. ARG_ERROR: other
 * channels, 512 taps or more. */
arm_cmsis_nn_status arm_depthwise_conv_fast_s16(const cmsis_nn_context *ctx,
                                                const cmsis_nn_dw_conv_params *dw_conv_params,
                                                const cmsis_nn_per_channel_quant_params *quant_params,
                                                const cmsis_nn_dims *input_dims, const int16_t *input,
                                                const cmsis_nn_dims *filter_dims, const int8_t *kernel,
                                                const cmsis_nn_dims *bias_dims, const int64_t *bias,
                                                const cmsis_nn_dims *output_dims, int16_t *output);

/* cg_fully_connected_s16_b64 with one factor; filter_dims->n: depth, output_dims->c: units. */
arm_cmsis_nn_status arm_fully_connected_s16(const cmsis_nn_context *ctx, const cmsis_nn_fc_params *fc_params,
                                            const cmsis_nn_per_tensor_quant_params *quant_params,
                                            const cmsis_nn_dims *input_dims, const int16_t *input,
                                            const cmsis_nn_dims *filter_dims, const int8_t *kernel,
                                            const cmsis_nn_dims *bias_dims, const int64_t *bias,
                                            const cmsis_nn_dims *output_dims, int16_t *output);

/* cg_transpose_conv_s8. Rows are right whatever the padding, unlike Arm's. */
arm_cmsis_nn_status arm_transpose_conv_s8(const cmsis_nn_context *ctx, const cmsis_nn_context *output_ctx,
                                          const cmsis_nn_transpose_conv_params *transpose_conv_params,
                                          const cmsis_nn_per_channel_quant_params *quant_params,
                                          const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                          const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                          const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                          const cmsis_nn_dims *output_dims, int8_t *output_data);

/* cg_conv_2d_s8 with a filter of one pixel; filter_dims and dilation are not read. ARG_ERROR: any padding. */
arm_cmsis_nn_status arm_convolve_1x1_s8(const cmsis_nn_context *ctx, const cmsis_nn_conv_params *conv_params,
                                        const cmsis_nn_per_channel_quant_params *quant_params,
                                        const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                        const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                        const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                        const cmsis_nn_dims *output_dims, int8_t *output_data);

/* As arm_convolve_1x1_s8 without strides; height and width of the input count, not those of the output. ARG_ERROR: any
 * padding, a stride other than 1. */
arm_cmsis_nn_status arm_convolve_1x1_s8_fast(const cmsis_nn_context *ctx, const cmsis_nn_conv_params *conv_params,
                                             const cmsis_nn_per_channel_quant_params *quant_params,
                                             const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                             const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                             const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                             const cmsis_nn_dims *output_dims, int8_t *output_data);

/* cg_conv_2d_s8 on one row. ARG_ERROR: input height other than 1, horizontal dilation, stride * channels that 4 does
 * not divide. */
arm_cmsis_nn_status arm_convolve_1_x_n_s8(const cmsis_nn_context *ctx, const cmsis_nn_conv_params *conv_params,
                                          const cmsis_nn_per_channel_quant_params *quant_params,
                                          const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                          const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                          const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                          const cmsis_nn_dims *output_dims, int8_t *output_data);

/* cg_depthwise_conv_2d_s8 with the multiplier dw_conv_params->ch_mult. */
arm_cmsis_nn_status arm_depthwise_conv_s8(const cmsis_nn_context *ctx, const cmsis_nn_dw_conv_params *dw_conv_params,
                                          const cmsis_nn_per_channel_quant_params *quant_params,
                                          const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                          const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                          const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                          const cmsis_nn_dims *output_dims, int8_t *output_data);

/* cg_depthwise_conv_2d_s8 with multiplier 1. ARG_ERROR: output and input channels differ. Arm's versions for DSP and
 * MVE know neither batches nor dilation, its plain C knows both, as does this one. */
arm_cmsis_nn_status arm_depthwise_conv_s8_opt(const cmsis_nn_context *ctx,
                                              const cmsis_nn_dw_conv_params *dw_conv_params,
                                              const cmsis_nn_per_channel_quant_params *quant_params,
                                              const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                              const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                              const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                              const cmsis_nn_dims *output_dims, int8_t *output_data);

/* cg_depthwise_conv_2d_s8 with multiplier 1 and without dilation, of the first batch only. ARG_ERROR: output and input
 * channels differ, the filter is not 3x3, horizontal padding above 1. */
arm_cmsis_nn_status arm_depthwise_conv_3x3_s8(const cmsis_nn_context *ctx,
                                              const cmsis_nn_dw_conv_params *dw_conv_params,
                                              const cmsis_nn_per_channel_quant_params *quant_params,
                                              const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                              const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                              const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                              const cmsis_nn_dims *output_dims, int8_t *output_data);

/* cg_fully_connected_s8 with one multiplier. input_dims->n: batches; filter_dims->n: depth; output_dims->c: units. */
arm_cmsis_nn_status arm_fully_connected_s8(const cmsis_nn_context *ctx, const cmsis_nn_fc_params *fc_params,
                                           const cmsis_nn_per_tensor_quant_params *quant_params,
                                           const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                           const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                           const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                           const cmsis_nn_dims *output_dims, int8_t *output_data);

/* cg_fully_connected_s8 with one multiplier per unit. Dimensions as arm_fully_connected_s8. */
arm_cmsis_nn_status arm_fully_connected_per_channel_s8(const cmsis_nn_context *ctx, const cmsis_nn_fc_params *fc_params,
                                                       const cmsis_nn_per_channel_quant_params *quant_params,
                                                       const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                                       const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                                       const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                                       const cmsis_nn_dims *output_dims, int8_t *output_data);

/* cg_average_pool_2d_s8. ARG_ERROR: no batch, a window without any element. */
arm_cmsis_nn_status arm_avgpool_s8(const cmsis_nn_context *ctx, const cmsis_nn_pool_params *pool_params,
                                   const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                   const cmsis_nn_dims *filter_dims, const cmsis_nn_dims *output_dims,
                                   int8_t *output_data);

/* cg_max_pool_2d_s8. ARG_ERROR: no batch. */
arm_cmsis_nn_status arm_max_pool_s8(const cmsis_nn_context *ctx, const cmsis_nn_pool_params *pool_params,
                                    const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                    const cmsis_nn_dims *filter_dims, const cmsis_nn_dims *output_dims,
                                    int8_t *output_data);

/* cg_average_pool_2d_s16; ARG_ERROR as arm_avgpool_s8. cg_max_pool_2d_s16. */
arm_cmsis_nn_status arm_avgpool_s16(const cmsis_nn_context *ctx, const cmsis_nn_pool_params *pool_params,
                                    const cmsis_nn_dims *input_dims, const int16_t *src,
                                    const cmsis_nn_dims *filter_dims, const cmsis_nn_dims *output_dims, int16_t *dst);

arm_cmsis_nn_status arm_max_pool_s16(const cmsis_nn_context *ctx, const cmsis_nn_pool_params *pool_params,
                                     const cmsis_nn_dims *input_dims, const int16_t *src,
                                     const cmsis_nn_dims *filter_dims, const cmsis_nn_dims *output_dims, int16_t *dst);

/* cg_add_s8. */
arm_cmsis_nn_status
arm_elementwise_add_s8(const int8_t *input_1_vect, const int8_t *input_2_vect, const int32_t input_1_offset,
                       const int32_t input_1_mult, const int32_t input_1_shift, const int32_t input_2_offset,
                       const int32_t input_2_mult, const int32_t input_2_shift, const int32_t left_shift,
                       int8_t *output, const int32_t out_offset, const int32_t out_mult, const int32_t out_shift,
                       const int32_t out_activation_min, const int32_t out_activation_max, const int32_t block_size);

/* cg_add_s16, without offsets. */
arm_cmsis_nn_status
arm_elementwise_add_s16(const int16_t *input_1_vect, const int16_t *input_2_vect, const int32_t input_1_offset,
                        const int32_t input_1_mult, const int32_t input_1_shift, const int32_t input_2_offset,
                        const int32_t input_2_mult, const int32_t input_2_shift, const int32_t left_shift,
                        int16_t *output, const int32_t out_offset, const int32_t out_mult, const int32_t out_shift,
                        const int32_t out_activation_min, const int32_t out_activation_max, const int32_t block_size);

/* cg_mul_s8, cg_mul_s16. */
arm_cmsis_nn_status arm_elementwise_mul_s8(const int8_t *input_1_vect, const int8_t *input_2_vect,
                                           const int32_t input_1_offset, const int32_t input_2_offset, int8_t *output,
                                           const int32_t out_offset, const int32_t out_mult, const int32_t out_shift,
                                           const int32_t out_activation_min, const int32_t out_activation_max,
                                           const int32_t block_size);

arm_cmsis_nn_status arm_elementwise_mul_s16(const int16_t *input_1_vect, const int16_t *input_2_vect,
                                            const int32_t input_1_offset, const int32_t input_2_offset, int16_t *output,
                                            const int32_t out_offset, const int32_t out_mult, const int32_t out_shift,
                                            const int32_t out_activation_min, const int32_t out_activation_max,
                                            const int32_t block_size);

/* cg_maximum_s8, cg_minimum_s8 of {n, h, w, c}, any of which may be 1 in one input. Unlike Arm's, they are right for
 * every broadcast. */
arm_cmsis_nn_status arm_maximum_s8(const cmsis_nn_context *ctx, const int8_t *input_1_data,
                                   const cmsis_nn_dims *input_1_dims, const int8_t *input_2_data,
                                   const cmsis_nn_dims *input_2_dims, int8_t *output_data,
                                   const cmsis_nn_dims *output_dims);

arm_cmsis_nn_status arm_minimum_s8(const cmsis_nn_context *ctx, const int8_t *input_1_data,
                                   const cmsis_nn_dims *input_1_dims, const int8_t *input_2_data,
                                   const cmsis_nn_dims *input_2_dims, int8_t *output_data,
                                   const cmsis_nn_dims *output_dims);

/* cg_softmax_s8. */
void arm_softmax_s8(const int8_t *input, const int32_t num_rows, const int32_t row_size, const int32_t mult,
                    const int32_t shift, const int32_t diff_min, int8_t *output);

/* cg_softmax_s8_s16. */
void arm_softmax_s8_s16(const int8_t *input, const int32_t num_rows, const int32_t row_size, const int32_t mult,
                        const int32_t shift, const int32_t diff_min, int16_t *output);

/* cg_softmax_s16. */
arm_cmsis_nn_status arm_softmax_s16(const int16_t *input, const int32_t num_rows, const int32_t row_size,
                                    const int32_t mult, const int32_t shift,
                                    const cmsis_nn_softmax_lut_s16 *softmax_params, int16_t *output);

/* cg_pad of {n, h, w, c}. */
arm_cmsis_nn_status arm_pad_s8(const int8_t *input, int8_t *output, const int8_t pad_value,
                               const cmsis_nn_dims *input_size, const cmsis_nn_dims *pre_pad,
                               const cmsis_nn_dims *post_pad);

/*
 * cg_copy_strided: puts one input of a concatenation in its place, offset_* positions along the axis. x is the
 * innermost dimension, w the outermost; output_* is the extent of the output along the axis.
 */
void arm_concatenation_s8_x(const int8_t *input, const uint16_t input_x, const uint16_t input_y, const uint16_t input_z,
                            const uint16_t input_w, int8_t *output, const uint16_t output_x, const uint32_t offset_x);

void arm_concatenation_s8_y(const int8_t *input, const uint16_t input_x, const uint16_t input_y, const uint16_t input_z,
                            const uint16_t input_w, int8_t *output, const uint16_t output_y, const uint32_t offset_y);

void arm_concatenation_s8_z(const int8_t *input, const uint16_t input_x, const uint16_t input_y, const uint16_t input_z,
                            const uint16_t input_w, int8_t *output, const uint16_t output_z, const uint32_t offset_z);

void arm_concatenation_s8_w(const int8_t *input, const uint16_t input_x, const uint16_t input_y, const uint16_t input_z,
                            const uint16_t input_w, int8_t *output, const uint32_t offset_w);

/* cg_batch_matmul_s8. Dims {n, h: batches, 1 where they are repeated, w: rows or columns, c: depth}; the right operand
 * is transposed. */
arm_cmsis_nn_status arm_batch_matmul_s8(const cmsis_nn_context *ctx, const cmsis_nn_bmm_params *bmm_params,
                                        const cmsis_nn_per_tensor_quant_params *quant_params,
                                        const cmsis_nn_dims *input_lhs_dims, const int8_t *input_lhs,
                                        const cmsis_nn_dims *input_rhs_dims, const int8_t *input_rhs,
                                        const cmsis_nn_dims *output_dims, int8_t *output);

/* cg_batch_matmul_s16, likewise; offsets and activation are not read. */
arm_cmsis_nn_status arm_batch_matmul_s16(const cmsis_nn_context *ctx, const cmsis_nn_bmm_params *bmm_params,
                                         const cmsis_nn_per_tensor_quant_params *quant_params,
                                         const cmsis_nn_dims *input_lhs_dims, const int16_t *input_lhs,
                                         const cmsis_nn_dims *input_rhs_dims, const int16_t *input_rhs,
                                         const cmsis_nn_dims *output_dims, int16_t *output);

/* Copies total_size bytes; input and output must not overlap. */
void arm_reshape_s8(const int8_t *input, int8_t *output, const uint32_t total_size);

/* cg_copy_nd over the first num_dims of {n, h, w, c}; output_dims is not read. Unlike Arm's, it is right for every
 * permutation. ARG_ERROR: num_dims outside [1, 4], a permutation outside of the dimensions. */
arm_cmsis_nn_status arm_transpose_s8(const int8_t *input_data, int8_t *const output_data,
                                     const cmsis_nn_dims *const input_dims, const cmsis_nn_dims *const output_dims,
                                     const cmsis_nn_transpose_params *const transpose_params);

/* cg_svdf_s8_state_s8, cg_svdf_s8_state_s16, with a zero point of 0 for the state and without other activations than
 * the ranges of the types. input_dims n, h: batches, depth; weights_feature_dims n: filters; weights_time_dims h:
 * memory. */
arm_cmsis_nn_status
arm_svdf_s8(const cmsis_nn_context *ctx, const cmsis_nn_context *input_ctx, const cmsis_nn_context *output_ctx,
            const cmsis_nn_svdf_params *svdf_params, const cmsis_nn_per_tensor_quant_params *input_quant_params,
            const cmsis_nn_per_tensor_quant_params *output_quant_params, const cmsis_nn_dims *input_dims,
            const int8_t *input_data, const cmsis_nn_dims *state_dims, int8_t *state_data,
            const cmsis_nn_dims *weights_feature_dims, const int8_t *weights_feature_data,
            const cmsis_nn_dims *weights_time_dims, const int8_t *weights_time_data, const cmsis_nn_dims *bias_dims,
            const int32_t *bias_data, const cmsis_nn_dims *output_dims, int8_t *output_data);

arm_cmsis_nn_status arm_svdf_state_s16_s8(const cmsis_nn_context *input_ctx, const cmsis_nn_context *output_ctx,
                                          const cmsis_nn_svdf_params *svdf_params,
                                          const cmsis_nn_per_tensor_quant_params *input_quant_params,
                                          const cmsis_nn_per_tensor_quant_params *output_quant_params,
                                          const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                          const cmsis_nn_dims *state_dims, int16_t *state_data,
                                          const cmsis_nn_dims *weights_feature_dims, const int8_t *weights_feature_data,
                                          const cmsis_nn_dims *weights_time_dims, const int16_t *weights_time_data,
                                          const cmsis_nn_dims *bias_dims, const int32_t *bias_data,
                                          const cmsis_nn_dims *output_dims, int8_t *output_data);

#ifdef __cplusplus
}
#endif

#endif /* ARM_NNFUNCTIONS_H */
