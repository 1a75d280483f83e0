/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_depthwise_conv_2d_taps_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_dsp.h"

#define CG_FOUR 4

/* Four channels at a time of a pixel. */
typedef struct {
    const int32_t *stream; /* of the first ones */
    const int8_t *from;    /* the input's first pixel, but from the first channel on, */
    const int8_t *to;      /* from the last one on */
    int32_t is_odd;        /* whether there is a tap after `pairs_end` */
    int8_t *output;
    const int32_t *taps; /* bytes from the input's first pixel to each tap's */
    const int32_t *pairs_end;
    int32_t zero_point;
} cg_depthwise_pixel;

#if CG_DSP

/* r8 and r9 are multiplier and offset, the lowest byte of r3 the shift. The correction harms no ReLU. */
#define CG_CHANNEL(sum)                                                                                                \
    "ldrd r8, r9, [r2], #8\n"                                                                                          \
    "asr r11, " sum ", #31\n"                                                                                          \
    "smmla " sum ", " sum ", r8, r9\n"                                                                                 \
    "add " sum ", " sum ", r11, lsl #7\n"                                                                              \
    "asr " sum ", " sum ", r3\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", [r12], #1\n"

/*
 * r0 first pixel, r1 taps, r2 stream, r3 end of the pairs of taps, r4 to r7 sums, r8 to r11 values, r12 and lr weights.
 * On the stack: to, is_odd, output, taps, pairs_end.
 */
CG_NAKED static void cg_depthwise_channels(CG_UNUSED const cg_depthwise_pixel *pixel) {
    __asm__(".syntax unified\n"
            "push {r4-r11, lr}\n"
            "ldm r0, {r2-r8}\n"
            "mov r0, r3\n"
            "sub sp, sp, #20\n"
            "stm sp, {r4-r8}\n"
            "1:\n"
            "ldm r2!, {r4-r7}\n"
            "ldrd r1, r3, [sp, #12]\n"
            "2:\n"
            "ldrd r8, r9, [r1], #8\n"
            "ldr r8, [r8, r0]\n"
            "ldr r9, [r9, r0]\n"
            "ldrd r12, lr, [r2], #8\n"
            "pkhbt r10, r8, r9, lsl #16\n"
            "pkhtb r11, r9, r8, asr #16\n"
            "sxtb16 r8, r10\n"
            "sxtb16 r10, r10, ror #8\n"
            "sxtb16 r9, r11\n"
            "sxtb16 r11, r11, ror #8\n"
            "smlad r4, r8, r12, r4\n"
            "smlad r5, r10, lr, r5\n"
            "ldrd r12, lr, [r2], #8\n"
            "smlad r6, r9, r12, r6\n"
            "smlad r7, r11, lr, r7\n"
            "cmp r1, r3\n"
            "bne 2b\n"
            "ldr r3, [sp, #4]\n"
            "cbz r3, 3f\n"
            "ldr r8, [r1]\n"
            "ldrd r12, lr, [r2], #8\n"
            "ldr r8, [r8, r0]\n"
            "sxtb16 r9, r8, ror #8\n"
            "sxtb16 r8, r8\n"
            "smlabb r4, r8, r12, r4\n"
            "smlabb r5, r9, lr, r5\n"
            "smlatt r6, r8, r12, r6\n"
            "smlatt r7, r9, lr, r7\n"
            "3:\n"
            "ldr r12, [sp, #8]\n"
            "ldr lr, [sp]\n"
            "ldr r3, [r2], #4\n" CG_CHANNEL("r4") /* */
            "lsr r3, r3, #8\n" CG_CHANNEL("r5")   /* */
            "lsr r3, r3, #8\n" CG_CHANNEL("r6")   /* */
            "lsr r3, r3, #8\n" CG_CHANNEL("r7")   /* */
            "add r0, r0, #4\n"
            "str r12, [sp, #8]\n"
            "cmp r0, lr\n"
            "bne 1b\n"
            "add sp, sp, #20\n"
            "pop {r4-r11, pc}\n");
}

#else

/* Value of a tap; those in padding have no place. */
#define CG_NOWHERE INT32_MIN

static int32_t cg_depthwise_value(const cg_depthwise_pixel *pixel, const int8_t *first, int32_t tap) {
    return tap == CG_NOWHERE ? pixel->zero_point : first[tap];
}

static void cg_depthwise_channels(const cg_depthwise_pixel *pixel) {
    const ptrdiff_t pairs = (pixel->pairs_end - pixel->taps) / 2;
    const int32_t *stream = pixel->stream;
    int8_t *output = pixel->output;
    for (const int8_t *from = pixel->from; from != pixel->to; from += CG_FOUR) {
        const int32_t *steps = stream + CG_FOUR + CG_FOUR * pairs + 2 * pixel->is_odd;
        int8_t made[CG_FOUR]; /* the output may lie over input that the next of these still reads */
        for (int32_t lane = 0; lane < CG_FOUR; ++lane) {
            uint32_t sum = (uint32_t)stream[lane];
            for (ptrdiff_t pair = 0; pair < pairs; ++pair) {
                const uint32_t word = (uint32_t)stream[CG_FOUR + CG_FOUR * pair + lane];
                sum += (uint32_t)(cg_depthwise_value(pixel, from + lane, pixel->taps[2 * pair]) * cg_low_half(word));
                sum +=
                    (uint32_t)(cg_depthwise_value(pixel, from + lane, pixel->taps[2 * pair + 1]) * cg_high_half(word));
            }
            if (pixel->is_odd != 0) {
                const uint32_t word = (uint32_t)stream[CG_FOUR + CG_FOUR * pairs + (lane & 1)];
                const int32_t weight = lane >= 2 ? cg_high_half(word) : cg_low_half(word);
                sum += (uint32_t)(cg_depthwise_value(pixel, from + lane, *pixel->pairs_end) * weight);
            }
            made[lane] = cg_short_requantize_by(sum, steps[1 + 2 * lane], steps[2 + 2 * lane],
                                                (steps[0] >> (8 * lane)) & 0xFF, 1);
        }
        memcpy(output, made, CG_FOUR);
        output += CG_FOUR;
        stream = steps + 1 + 2 * CG_FOUR;
    }
}

#endif

/* Where each tap of the window at row y and column x is. */
static void cg_depthwise_find_taps(const cg_depthwise_conv_2d_taps_s8_params *params, const cg_rows *image, int32_t y,
                                   int32_t x, int32_t outside, int32_t *taps) {
    for (int32_t tap_y = 0; tap_y < params->filter_height; ++tap_y) {
        const int8_t *row = (const int8_t *)cg_row(image, y);
        int32_t column = x;
        for (int32_t tap_x = 0; tap_x < params->filter_width; ++tap_x) {
            int32_t tap = outside;
            if (row != NULL && column >= 0 && column < params->input_width) {
                tap = (int32_t)(row - (const int8_t *)image->base) + column * params->channels;
            }
            *taps++ = tap;
            column += params->dilation_width;
        }
        y += params->dilation_height;
    }
}

/* Whether no tap of this window is in padding. */
static int cg_depthwise_is_inside(const cg_depthwise_conv_2d_taps_s8_params *params, int32_t height, int32_t y,
                                  int32_t x) {
    const int32_t last_y = y + (params->filter_height - 1) * params->dilation_height;
    const int32_t last_x = x + (params->filter_width - 1) * params->dilation_width;
    return y >= 0 && x >= 0 && last_y < height && last_x < params->input_width;
}

static void cg_depthwise_clamp_bytes(const cg_depthwise_conv_2d_taps_s8_params *params, int8_t *from,
                                     const int8_t *to) {
    for (; from != to; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int8_t)(value > params->activation_max ? params->activation_max : value);
    }
}

void cg_depthwise_conv_2d_taps_s8(const cg_depthwise_conv_2d_taps_s8_params *params, const cg_rows *input,
                                  const int32_t *stream, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    const int32_t count = params->filter_height * params->filter_width;
    const int32_t rest = params->channels % CG_FOUR;
    const int32_t whole = params->channels - rest;
    int32_t *taps = (int32_t *)scratch;
    int8_t *begin = output;
    cg_depthwise_pixel pixel;
    pixel.taps = taps;
    pixel.pairs_end = taps + (count & ~1);
    pixel.is_odd = count & 1;
    pixel.zero_point = params->input_zero_point;
    memset(taps + count, params->input_zero_point, (size_t)params->zeros);
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        const int8_t *base = (const int8_t *)image.base;
#if CG_DSP
        const int32_t outside = (int32_t)((uintptr_t)(taps + count) - (uintptr_t)base);
#else
        const int32_t outside = CG_NOWHERE;
#endif
        int was_inside = 0;
        for (int32_t out_y = y0; out_y < y1; ++out_y) {
            const int32_t y = out_y * params->stride_height - params->pad_top;
            int32_t x = -params->pad_left;
            was_inside = was_inside && image.capacity >= image.height; /* rows of a ring may not follow each other */
            for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
                const int is_inside = cg_depthwise_is_inside(params, image.height, y, x);
                if (was_inside && is_inside) { /* all taps move as far as the first one */
                    const int32_t way = out_x > 0 ? params->stride_width * params->channels
                                                  : y * image.pitch + x * params->channels - taps[0];
                    for (int32_t *tap = taps; tap != taps + count; ++tap) {
                        *tap += way;
                    }
                } else {
                    cg_depthwise_find_taps(params, &image, y, x, outside, taps);
                }
                was_inside = is_inside;
                x += params->stride_width;
                pixel.stream = stream;
                pixel.from = base;
                pixel.to = base + whole;
                pixel.output = output;
                cg_depthwise_channels(&pixel);
                output += whole;
                if (rest > 0) {
                    int8_t last[CG_FOUR];
                    pixel.stream = stream + (whole / CG_FOUR) * (3 * CG_FOUR + 1 + 2 * count);
                    pixel.to += rest;
                    pixel.from = pixel.to - CG_FOUR;
                    pixel.output = last;
                    cg_depthwise_channels(&pixel);
                    memcpy(output, last + (CG_FOUR - rest), (size_t)rest);
                    output += rest;
                }
            }
        }
    }
    if (params->activation_min > -128 || params->activation_max < 127) {
        cg_depthwise_clamp_bytes(params, begin, output);
    }
}
