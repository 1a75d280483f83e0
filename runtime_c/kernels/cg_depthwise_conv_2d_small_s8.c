/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_depthwise_conv_2d_small_s8.h"

#include <stddef.h>

#include "cg_clamp_bytes.h"
#include "cg_dsp.h"

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>
#endif

#define CG_PADDING (-1) /* in place of an offset */

/* A window: where each of its pixels begins, from `base` on, and the sums of the channels at hand. */
typedef struct {
    const int32_t *offsets;
    const int32_t *end; /* of the offsets */
    const int8_t *base;
    const int8_t *weights;
    int32_t step;  /* from the weights of a pixel to those of the next one */
    uint32_t zero; /* the zero point four times */
    uint32_t sums[4];
} cg_small_window;

static void cg_small_find(const cg_depthwise_conv_2d_small_params *params, const cg_rows *image, int32_t y, int32_t x,
                          int32_t *offsets) {
    y = y * params->stride_height - params->pad_top;
    x = x * params->stride_width - params->pad_left;
    for (int32_t i = params->filter_height; i > 0; --i) {
        const int8_t *row = (const int8_t *)cg_row(image, y);
        int32_t column = x;
        for (int32_t taps = params->filter_width; taps > 0; --taps) {
            *offsets++ = row != NULL && column >= 0 && column < params->input_width
                             ? (int32_t)(row - (const int8_t *)image->base) + column * params->channels
                             : CG_PADDING;
            column += params->dilation_width;
        }
        y += params->dilation_height;
    }
}

#if CG_DSP

#define CG_SMALL_LANES 4

/*
 * Adds the products of four channels to their sums. r0 offsets up to r1, r2 base, r3 weights, r4 step, r5 zero; r6 to
 * r9 sums; r10 and r12 four values and weights, r11 and lr two of them.
 */
CG_NAKED static void cg_small_products(CG_UNUSED cg_small_window *window) {
    __asm__(".syntax unified\n"
            "push {r0, r4-r11, lr}\n"
            "ldm r0, {r0-r9}\n"
            "1:\n"
            "ldr r10, [r0], #4\n"
            "ldr r12, [r3]\n"
            "add r3, r3, r4\n"
            "cmp r10, #0\n"
            "ite ge\n"
            "ldrge r10, [r2, r10]\n"
            "movlt r10, r5\n"
            "sxtb16 r11, r10\n"
            "sxtb16 lr, r12\n"
            "smlabb r6, r11, lr, r6\n"
            "smlatt r8, r11, lr, r8\n"
            "sxtb16 r11, r10, ror #8\n"
            "sxtb16 lr, r12, ror #8\n"
            "smlabb r7, r11, lr, r7\n"
            "smlatt r9, r11, lr, r9\n"
            "cmp r0, r1\n"
            "bne 1b\n"
            "pop {r0}\n"
            "add r0, r0, #24\n"
            "stm r0, {r6-r9}\n"
            "pop {r4-r11, pc}\n");
}

#elif defined(__ARM_FEATURE_MVE)

#define CG_SMALL_LANES 4

static void cg_small_products(cg_small_window *window) {
    const int8_t *weights = window->weights;
    const int32x4_t zero = vdupq_n_s32((int8_t)(window->zero & 0xFFu));
    uint32x4_t sums = vld1q_u32(window->sums);
    for (const int32_t *offset = window->offsets; offset != window->end; ++offset) {
        const int32x4_t values = *offset == CG_PADDING ? zero : vldrbq_s32(window->base + *offset);
        sums = vaddq_u32(sums, vreinterpretq_u32_s32(vmulq_s32(values, vldrbq_s32(weights))));
        weights += window->step;
    }
    vst1q_u32(window->sums, sums);
}

#else

#define CG_SMALL_LANES 1

static void cg_small_products(cg_small_window *window) {
    const int8_t *weights = window->weights;
    int32_t sum = 0;
    for (const int32_t *offset = window->offsets; offset != window->end; ++offset) {
        const int32_t value = *offset == CG_PADDING ? (int8_t)(window->zero & 0xFFu) : window->base[*offset];
        sum += value * *weights;
        weights += window->step;
    }
    window->sums[0] += (uint32_t)sum;
}

#endif

void cg_depthwise_conv_2d_small_s8(const cg_depthwise_conv_2d_small_params *params, const cg_rows *input,
                                   const int8_t *weights, const int32_t *requantize, int32_t y0, int32_t y1,
                                   void *scratch, int8_t *output) {
    int32_t *const offsets = (int32_t *)scratch;
    int8_t *const begin = output;
    cg_small_window window;
    window.offsets = offsets;
    window.end = offsets + (ptrdiff_t)params->filter_height * params->filter_width;
    window.step = params->channels;
    window.zero = ((uint32_t)params->input_zero_point & 0xFFu) * 0x01010101u;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            for (int32_t x = 0; x < params->output_width; ++x) {
                const int32_t *channel = requantize;
                window.base = (const int8_t *)image.base;
                window.weights = weights;
                cg_small_find(params, &image, y, x, offsets);
                for (int32_t left = params->channels; left > 0; left -= CG_SMALL_LANES) {
                    for (int32_t i = 0; i < CG_SMALL_LANES; ++i) {
                        window.sums[i] = (uint32_t)(channel[3 * i] >> 8);
                    }
                    cg_small_products(&window);
                    for (int32_t i = 0; i < CG_SMALL_LANES; ++i) {
                        *output++ = cg_short_requantize_by(window.sums[i] << 8, channel[1], channel[2],
                                                           channel[0] & 0xFF, params->linear);
                        channel += 3;
                    }
                    window.base += CG_SMALL_LANES;
                    window.weights += CG_SMALL_LANES;
                }
            }
        }
    }
    cg_clamp_bytes(begin, output, params->activation_min, params->activation_max);
}
