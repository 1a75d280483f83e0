/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_F32_S8_H
#define CG_CONV_2D_F32_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of float with int8 weights (dynamic range): each image is quantized to int8 first.
 *
 *   input    [batches][input_height][input_width][input_channels]
 *   weights  [output_channels][filter_height][filter_width][filter_channels]; input_channels / filter_channels groups,
 *            which divide output_channels
 *   scale    of the weights; scale_step 0: one value, 1: [output_channels]
 *   bias     [output_channels], or NULL for none
 *   scratch  input_height * input_width * input_channels bytes
 *   output   [batches][output_height][output_width][output_channels]
 *
 * Bounds: dimensions, strides and dilations >= 1; paddings >= 0; filter_height * filter_width * filter_channels <=
 * 65793, so that the sum of products fits 32 bits. `asymmetric`: 0, or 1 to quantize with a zero point.
 *
 * Aliasing: nothing may overlap output or scratch.
 *
 * Arithmetic: HybridConvPerChannel of TFLite; per tensor EvalHybrid of CONV_2D.
 */
typedef struct {
    int32_t batches;
    int32_t input_height;
    int32_t input_width;
    int32_t input_channels;
    int32_t filter_height;
    int32_t filter_width;
    int32_t output_height;
    int32_t output_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t filter_channels;
    int32_t output_channels;
    int32_t asymmetric;
    int32_t scale_step;
    float activation_min;
    float activation_max;
} cg_conv_2d_f32_s8_params;

void cg_conv_2d_f32_s8(const cg_conv_2d_f32_s8_params *params, const float *input, const int8_t *weights,
                       const float *scale, const float *bias, void *scratch, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_F32_S8_H */
