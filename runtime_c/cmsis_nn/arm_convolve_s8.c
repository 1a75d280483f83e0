/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include <stddef.h>

#include "cg_cmsis_nn_twin.h"
#include "cg_dot.h"
#include "cg_requantize.h"

/* The place of position `at` of the upscaled image in the stored one, -1 where nothing is stored. */
static int32_t cg_stored(int32_t at, int32_t size, int32_t factor) {
    return at >= 0 && at < size && at % factor == 0 ? at / factor : -1;
}

static void cg_convolve_upscaled(const cmsis_nn_conv_params *conv_params,
                                 const cmsis_nn_per_channel_quant_params *quant_params, const cmsis_nn_dims *input_dims,
                                 const int8_t *input_data, const cmsis_nn_dims *filter_dims, const int8_t *filter_data,
                                 const int32_t *bias_data, const cmsis_nn_dims *upscale_dims,
                                 const cmsis_nn_dims *output_dims, int8_t *output_data) {
    const int32_t factor_y = upscale_dims->h == 2 ? 2 : 1;
    const int32_t factor_x = upscale_dims->w == 2 ? 2 : 1;
    const int32_t width = input_dims->w / factor_x;
    const int32_t image = input_dims->h / factor_y * width * input_dims->c;
    const int32_t pixels = output_dims->h * output_dims->w;
    const int32_t taps = filter_dims->h * filter_dims->w;

    for (int32_t at = 0; at < input_dims->n * pixels; ++at) {
        const int32_t out_y = at % pixels / output_dims->w;
        const int32_t out_x = at % output_dims->w;
        for (int32_t channel = 0; channel < output_dims->c; ++channel) {
            int32_t sum = bias_data != NULL ? bias_data[channel] : 0;
            for (int32_t tap = 0; tap < taps; ++tap) {
                const int32_t y =
                    cg_stored(out_y - conv_params->padding.h + tap / filter_dims->w, input_dims->h, factor_y);
                const int32_t x =
                    cg_stored(out_x - conv_params->padding.w + tap % filter_dims->w, input_dims->w, factor_x);
                if (y >= 0 && x >= 0) {
                    const int8_t *pixel = input_data + at / pixels * image + (y * width + x) * input_dims->c;
                    const int8_t *weights = filter_data + (ptrdiff_t)(channel * taps + tap) * input_dims->c;
                    sum = cg_wrapping_add(sum, cg_dot_s8(pixel, weights, input_dims->c, conv_params->input_offset));
                }
            }
            *output_data++ =
                cg_requantize_s8(sum, quant_params->multiplier[channel], quant_params->shift[channel],
                                 conv_params->output_offset, conv_params->activation.min, conv_params->activation.max);
        }
    }
}

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
        const int is_plain = conv_params->stride.h == 1 && conv_params->stride.w == 1 && conv_params->dilation.h == 1 &&
                             conv_params->dilation.w == 1 && filter_dims->c == input_dims->c;
        if (!is_plain) {
            return ARM_CMSIS_NN_NO_IMPL_ERROR;
        }
        cg_convolve_upscaled(conv_params, quant_params, input_dims, input_data, filter_dims, filter_data, bias_data,
                             upscale_dims, output_dims, output_data);
        return ARM_CMSIS_NN_SUCCESS;
    }
    const int32_t groups = input_dims->c / filter_dims->c;
    if (groups == 0 || input_dims->c % groups != 0 || output_dims->c % groups != 0) {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    cg_twin_convolve(conv_params, quant_params, input_dims, input_data, filter_dims, filter_data, bias_data,
                     output_dims, output_data);
    return ARM_CMSIS_NN_SUCCESS;
}
