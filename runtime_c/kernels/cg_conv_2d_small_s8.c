/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_small_s8.h"

#include <stddef.h>

#include "cg_clamp_bytes.h"
#include "cg_dsp.h"

/* What stays the same during a call. */
typedef struct {
    const cg_conv_2d_small_params *params;
    const int8_t *weights;
    const int32_t *channels;
    int8_t *windows;   /* of two pixels, `bytes` each */
    uint32_t *widened; /* the same as int16, two words of each pixel in turn */
    ptrdiff_t bytes;
} cg_small_conv;

/* The window of an output pixel, with the zero point where it is padding and behind its end. */
static CG_NOINLINE void cg_small_gather(const cg_small_conv *conv, const cg_rows *image, int32_t y, int32_t x,
                                        int8_t *to) {
    const cg_conv_2d_small_params *params = conv->params;
    int8_t *const end = to + conv->bytes;
    y = y * params->stride_height - params->pad_top;
    x = x * params->stride_width - params->pad_left;
    for (int32_t i = params->filter_height; i > 0; --i) {
        const int8_t *row = (const int8_t *)cg_row(image, y);
        int32_t column = x;
        for (int32_t taps = params->filter_width; taps > 0; --taps) {
            const int8_t *from = &params->input_zero_point;
            ptrdiff_t step = 0;
            if (row != NULL && column >= 0 && column < params->input_width) {
                from = row + (ptrdiff_t)column * params->input_channels;
                step = 1;
            }
            for (int32_t channel = params->input_channels; channel > 0; --channel) {
                *to++ = *from;
                from += step;
            }
            column += params->dilation_width;
        }
        y += params->dilation_height;
    }
    while (to != end) {
        *to++ = 0;
    }
}

#if CG_DSP

#define CG_SMALL_WIDEN 1

static void cg_small_widen(const cg_small_conv *conv) {
    uint32_t *to = conv->widened;
    for (const int8_t *from = conv->windows; from != conv->windows + conv->bytes; from += 4) {
        cg_widen_quad(from, to);
        cg_widen_quad(from + conv->bytes, to + 2);
        to += 4;
    }
}

/*
 * Adds the products of two filters `step` bytes apart to their sums: of pixel 0, then of pixel 1.
 * r0 values up to r1, r2 weights, r3 step; r4 to r7 sums, r8 to r11 values, r12 and lr weights.
 */
CG_NAKED static void cg_small_multiply(CG_UNUSED const uint32_t *values, CG_UNUSED const uint32_t *end,
                                       CG_UNUSED const int8_t *weights, CG_UNUSED ptrdiff_t step,
                                       CG_UNUSED uint32_t *sums) {
    __asm__(".syntax unified\n"
            "push {r4-r11, lr}\n"
            "ldr r12, [sp, #36]\n"
            "ldm r12, {r4-r7}\n"
            "1:\n"
            "ldr lr, [r2, r3]\n"
            "ldm r0!, {r8-r11}\n"
            "sxtb16 r12, lr\n"
            "sxtb16 lr, lr, ror #8\n"
            "smlad r5, r8, r12, r5\n"
            "smlad r7, r10, r12, r7\n"
            "smlad r5, r9, lr, r5\n"
            "smlad r7, r11, lr, r7\n"
            "ldr lr, [r2], #4\n"
            "sxtb16 r12, lr\n"
            "sxtb16 lr, lr, ror #8\n"
            "smlad r4, r8, r12, r4\n"
            "smlad r6, r10, r12, r6\n"
            "smlad r4, r9, lr, r4\n"
            "smlad r6, r11, lr, r6\n"
            "cmp r0, r1\n"
            "bne 1b\n"
            "ldr r12, [sp, #36]\n"
            "stm r12, {r4-r7}\n"
            "pop {r4-r11, pc}\n");
}

CG_INLINE void cg_small_products(const cg_small_conv *conv, const int8_t *weights, ptrdiff_t step, uint32_t sums[4]) {
    cg_small_multiply(conv->widened, conv->widened + conv->bytes, weights, step, sums);
}

#else

#define CG_SMALL_WIDEN 0

static void cg_small_products(const cg_small_conv *conv, const int8_t *weights, ptrdiff_t step, uint32_t sums[4]) {
    int32_t a = 0;
    int32_t b = 0;
    int32_t c = 0;
    int32_t d = 0;
    for (ptrdiff_t i = 0; i < conv->bytes; ++i) {
        const int32_t first = weights[i];
        const int32_t second = weights[i + step];
        a += first * conv->windows[i];
        b += second * conv->windows[i];
        c += first * conv->windows[i + conv->bytes];
        d += second * conv->windows[i + conv->bytes];
    }
    sums[0] += (uint32_t)a;
    sums[1] += (uint32_t)b;
    sums[2] += (uint32_t)c;
    sums[3] += (uint32_t)d;
}

#endif

/* The outputs of one channel: the sum of pixel 1 lies two behind that of pixel 0, its output `next` bytes behind. */
static CG_NOINLINE void cg_small_store(int32_t linear, const uint32_t *sum, const int32_t *channel, int32_t next,
                                       int8_t *output) {
    for (int32_t i = 2; i >= 0; i -= 2) {
        output[next] = cg_short_requantize(sum[i] << 8, channel + 1, linear);
        next = 0;
    }
}

/* The outputs of the gathered pixels: the second one is `next` bytes behind the first. Where there is none `next` is
 * 0, and what is written of it is written over. So is the partner of a last channel. */
static CG_NOINLINE void cg_small_outputs(const cg_small_conv *conv, int32_t next, int8_t *output) {
    const int8_t *weights = conv->weights;
    const int32_t *channel = conv->channels;
#if CG_SMALL_WIDEN
    cg_small_widen(conv);
#endif
    for (int32_t left = conv->params->output_channels; left > 0; left -= 2) {
        const int32_t partner = left > 1 ? 1 : 0;
        const int32_t *other = channel + 4 * partner;
        uint32_t sums[4];
        sums[0] = sums[2] = (uint32_t)channel[0];
        sums[1] = sums[3] = (uint32_t)other[0];
        cg_small_products(conv, weights, partner * conv->bytes, sums);
        cg_small_store(conv->params->linear, sums + 1, other, next, output + partner);
        cg_small_store(conv->params->linear, sums, channel, next, output);
        weights += 2 * conv->bytes;
        channel += 8;
        output += 2;
    }
}

void cg_conv_2d_small_s8(const cg_conv_2d_small_params *params, const cg_rows *input, const int8_t *weights,
                         const int32_t *channels, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    cg_small_conv conv;
    conv.params = params;
    conv.weights = weights;
    conv.channels = channels;
    conv.bytes = ((ptrdiff_t)params->filter_height * params->filter_width * params->input_channels + 3) & ~(ptrdiff_t)3;
    conv.widened = (uint32_t *)scratch;
    conv.windows = (int8_t *)scratch + CG_SMALL_WIDEN * 4 * conv.bytes;
    int8_t *const begin = output;
    int32_t gathered = 0;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            for (int32_t x = 0; x < params->output_width; ++x) {
                cg_small_gather(&conv, &image, y, x, conv.windows + (gathered == 0 ? 0 : conv.bytes));
                gathered += params->output_channels;
                if (gathered > params->output_channels) {
                    cg_small_outputs(&conv, params->output_channels, output);
                    output += gathered;
                    gathered = 0;
                }
            }
        }
    }
    if (gathered != 0) {
        cg_small_outputs(&conv, 0, output);
    }
    cg_clamp_bytes(begin, output + gathered, params->activation_min, params->activation_max);
}
