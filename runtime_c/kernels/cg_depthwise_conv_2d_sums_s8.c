/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_conv_2d_sums_s8.h"

#include <string.h>

#include "cg_dsp.h"
#include "cg_requantize.h"
#include "cg_window.h"

#if CG_DSP

/* The same for four channels at a time, at least once: value + offset and weight of four, then their products. */
CG_NAKED static void cg_depthwise_add_quads(CG_UNUSED const int8_t *pixel, CG_UNUSED const int8_t *weights,
                                            CG_UNUSED int32_t *sums, CG_UNUSED uint32_t offsets,
                                            CG_UNUSED const int8_t *end) {
    __asm__(".syntax unified\n"
            "push {r4-r11, lr}\n"
            "ldr lr, [sp, #36]\n"
            "1:\n"
            "ldr r8, [r0], #4\n"
            "ldr r10, [r1], #4\n"
            "ldm r2, {r4-r7}\n"
            "sxtab16 r9, r3, r8, ror #8\n"
            "sxtab16 r8, r3, r8\n"
            "sxtb16 r11, r10, ror #8\n"
            "sxtb16 r10, r10\n"
            "smlabb r4, r8, r10, r4\n"
            "smlabb r5, r9, r11, r5\n"
            "smlatt r6, r8, r10, r6\n"
            "smlatt r7, r9, r11, r7\n"
            "stm r2!, {r4-r7}\n"
            "cmp r0, lr\n"
            "bne 1b\n"
            "pop {r4-r11, pc}\n");
}

#endif

/* Adds the products of one pixel with one tap of every filter to the sums. */
static void cg_depthwise_add_pixel(const cg_depthwise_conv_2d_s8_params *params, const int8_t *pixel,
                                   const int8_t *weights, int32_t *sums) {
    int32_t channel = 0;
#if CG_DSP
    if (params->depth_multiplier == 1 && params->input_channels >= 4) {
        channel = params->input_channels & ~3;
        cg_depthwise_add_quads(pixel, weights, sums, cg_halves(params->input_offset, params->input_offset),
                               pixel + channel);
        weights += channel;
        sums += channel;
    }
#endif
    for (; channel < params->input_channels; ++channel) {
        const int32_t value = (int32_t)pixel[channel] + params->input_offset;
        for (int32_t copy = 0; copy < params->depth_multiplier; ++copy) {
            *sums++ += value * (int32_t)*weights++;
        }
    }
}

void cg_depthwise_conv_2d_sums_s8(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *input,
                                  const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                  const int32_t *shift, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    const int32_t channels = params->input_channels * params->depth_multiplier;
    const int32_t begin = cg_window_begin(-params->pad_top, params->dilation_height);
    const int32_t end = cg_window_end(-params->pad_top, params->dilation_height, params->filter_height, input->height);
    int32_t *sums = (int32_t *)scratch;

    if (y0 == 0) {
        (void)memset(sums, 0, (size_t)params->output_width * (size_t)channels * sizeof(*sums));
    }
    for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
        const int32_t x = out_x * params->stride_width - params->pad_left;
        const int32_t x_begin = cg_window_begin(x, params->dilation_width);
        const int32_t x_end = cg_window_end(x, params->dilation_width, params->filter_width, params->input_width);
        for (int32_t tap_y = begin; tap_y < end; ++tap_y) {
            const int32_t y = tap_y * params->dilation_height - params->pad_top;
            if (y < y0 || y >= y1) {
                continue;
            }
            for (int32_t tap_x = x_begin; tap_x < x_end; ++tap_x) {
                const int32_t at = (x + tap_x * params->dilation_width) * params->input_channels;
                cg_depthwise_add_pixel(params, (const int8_t *)cg_row(input, y) + at,
                                       weights + (ptrdiff_t)(tap_y * params->filter_width + tap_x) * channels, sums);
            }
        }
        if (y1 == input->height) {
            for (int32_t channel = 0; channel < channels; ++channel) {
                const int32_t acc = cg_wrapping_add(sums[channel], bias != NULL ? bias[channel] : 0);
                *output++ = cg_requantize_s8(acc, multiplier[channel], shift[channel], params->output_offset,
                                             params->activation_min, params->activation_max);
            }
        }
        sums += channels;
    }
}
