/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_conv_2d_eights_s8.h"

#if !defined(__ARM_FEATURE_MVE)

void cg_depthwise_conv_2d_eights_s8(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *input,
                                    const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                    const int32_t *shift, int32_t y0, int32_t y1, int8_t *output) {
    cg_depthwise_conv_2d_s8(params, input, weights, bias, multiplier, shift, y0, y1, output);
}

#else

#include <arm_mve.h>
#include <stddef.h>

#include "cg_requantize.h"
#include "cg_window.h"

/* The taps of an output pixel that lie on the input. */
typedef struct {
    const cg_rows *rows;
    int32_t y; /* of tap (0, 0) */
    int32_t x;
    int32_t y_begin;
    int32_t y_end;
    int32_t x_begin;
    int32_t x_end;
} cg_eights_window;

/* The factors of every other channel, from an even or an odd one on. */
typedef struct {
    const int32_t *bias;
    const int32_t *multiplier;
    const int32_t *shift;
} cg_eights_factors;

static int32x4_t cg_eights_requantized(const cg_depthwise_conv_2d_s8_params *params, const cg_eights_factors *factors,
                                       int32_t channel, int32x4_t sum, mve_pred16_t lanes) {
    const uint32x4_t every_other = vidupq_n_u32(0, 2);
    if (factors->bias != NULL) {
        sum = vaddq_s32(sum, vldrwq_gather_shifted_offset_z_s32(factors->bias + channel, every_other, lanes));
    }
    const int32x4_t shift = vldrwq_gather_shifted_offset_z_s32(factors->shift + channel, every_other, lanes);
    const int32x4_t right = vminq_s32(shift, vdupq_n_s32(0));
    sum = vshlq_s32(sum, vmaxq_s32(shift, vdupq_n_s32(0)));
    sum = vqrdmulhq_s32(sum, vldrwq_gather_shifted_offset_z_s32(factors->multiplier + channel, every_other, lanes));
    /* VRSHL takes halves up, the reference away from zero: one less below zero, where it shifts at all. */
    sum = vrshlq_s32(vqaddq_s32(sum, vshrq_n_s32(vandq_s32(sum, right), 31)), right);
    sum = vaddq_n_s32(sum, params->output_offset);
    return vminq_s32(vmaxq_s32(sum, vdupq_n_s32(params->activation_min)), vdupq_n_s32(params->activation_max));
}

/* Eight channels from `channel` on, of which `lanes` exist. Products of bytes with an offset fit 16 bits. */
static void cg_eights_pixel(const cg_depthwise_conv_2d_s8_params *params, const cg_eights_window *window,
                            const int8_t *weights, const cg_eights_factors *factors, int32_t channel, int8_t *output) {
    const int32_t channels = params->input_channels;
    const int32_t left = channels - channel;
    const int32_t step = params->dilation_width * channels;
    const mve_pred16_t lanes = vctp16q((uint32_t)left);
    int32x4_t even = vdupq_n_s32(0);
    int32x4_t odd = vdupq_n_s32(0);

    for (int32_t ky = window->y_begin; ky < window->y_end; ++ky) {
        const int8_t *row = (const int8_t *)cg_row(window->rows, window->y + ky * params->dilation_height);
        const int32_t x = window->x + window->x_begin * params->dilation_width;
        const int8_t *in = row + (ptrdiff_t)x * channels + channel;
        const int8_t *tap = weights + ((ptrdiff_t)ky * params->filter_width + window->x_begin) * channels + channel;
        for (int32_t kx = window->x_end - window->x_begin; kx > 0; --kx, in += step, tap += channels) {
            const int16x8_t value = vaddq_n_s16(vldrbq_z_s16(in, lanes), (int16_t)params->input_offset);
            const int16x8_t weight = vldrbq_z_s16(tap, lanes);
            even = vaddq_s32(even, vmullbq_int_s16(value, weight));
            odd = vaddq_s32(odd, vmulltq_int_s16(value, weight));
        }
    }
    even = cg_eights_requantized(params, factors, channel, even, vctp32q((uint32_t)(left + 1) / 2));
    odd = cg_eights_requantized(params, factors, channel + 1, odd, vctp32q((uint32_t)left / 2));
    const int16x8_t both = vmovntq_s32(vreinterpretq_s16_s32(even), odd);
    vstrbq_p_s16(output + channel, both, lanes);
}

static int8_t *cg_eights_row(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *rows, const int8_t *weights,
                             const cg_eights_factors *factors, int32_t out_y, int8_t *output) {
    cg_eights_window window;
    window.rows = rows;
    window.y = out_y * params->stride_height - params->pad_top;
    window.y_begin = cg_window_begin(window.y, params->dilation_height);
    window.y_end = cg_window_end(window.y, params->dilation_height, params->filter_height, rows->height);
    for (int32_t out_x = 0; out_x < params->output_width; ++out_x, output += params->input_channels) {
        window.x = out_x * params->stride_width - params->pad_left;
        window.x_begin = cg_window_begin(window.x, params->dilation_width);
        window.x_end = cg_window_end(window.x, params->dilation_width, params->filter_width, params->input_width);
        for (int32_t channel = 0; channel < params->input_channels; channel += 8) {
            cg_eights_pixel(params, &window, weights, factors, channel, output);
        }
    }
    return output;
}

void cg_depthwise_conv_2d_eights_s8(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *input,
                                    const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                    const int32_t *shift, int32_t y0, int32_t y1, int8_t *output) {
    const cg_eights_factors factors = {bias, multiplier, shift};
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            output = cg_eights_row(params, &image, weights, &factors, y, output);
        }
    }
}

#endif
