/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_average_pool_2d_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_dsp.h"
#include "cg_requantize.h"
#include "cg_window.h"

/* The input elements of a window, and how many pixels these are. */
typedef struct {
    const cg_rows *rows;
    int32_t y_begin;
    int32_t y_end;
    int32_t x_begin;
    int32_t x_end;
    int32_t channels;
    int32_t count;
} cg_pool_elements;

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

#define CG_POOL_RUN 256 /* elements of int8 whose sum fits 16 bits */

/* Sums of eight channels: the even ones, and the odd ones. */
typedef struct {
    int32x4_t even;
    int32x4_t odd;
} cg_pool_sums;

/* sum / count rounded to nearest, halves away from zero, where `inverse` is (2^32 - 1) / count rounded down: what it
 * gives is right or one too small. */
static int32x4_t cg_pool_divided(int32x4_t sum, uint32_t count, uint32_t inverse) {
    const uint32x4_t rounded = vaddq_n_u32((uint32x4_t)vabsq_s32(sum), count / 2u);
    const uint32x4_t least = vmulhq_u32(rounded, vdupq_n_u32(inverse));
    const uint32x4_t rest = vsubq_u32(rounded, vmulq_n_u32(least, count));
    const int32x4_t mean = (int32x4_t)vaddq_m_n_u32(least, least, 1u, vcmpcsq_n_u32(rest, count));
    return vnegq_m_s32(mean, mean, vcmpltq_n_s32(sum, 0));
}

static CG_NOINLINE void cg_average_pool_store(const cg_pool_2d_s8_params *params, const cg_pool_sums *sums,
                                              uint32_t count, mve_pred16_t lanes, int8_t *output) {
    const uint32_t inverse = UINT32_MAX / count;
    int16x8_t mean = vdupq_n_s16(0);
    mean = vmovnbq_s32(mean, cg_pool_divided(sums->even, count, inverse));
    mean = vmovntq_s32(mean, cg_pool_divided(sums->odd, count, inverse));
    mean = vmaxq_s16(mean, vdupq_n_s16((int16_t)params->activation_min));
    mean = vminq_s16(mean, vdupq_n_s16((int16_t)params->activation_max));
    vstrbq_p_s16(output, mean, lanes);
}

CG_INLINE void cg_pool_gather(cg_pool_sums *sums, int16x8_t run) {
    sums->even = vaddq_s32(sums->even, vmovlbq_s16(run));
    sums->odd = vaddq_s32(sums->odd, vmovltq_s16(run));
}

/* Adds pixels to the sums of eight channels, or of sixteen where there are as many. */
static CG_NOINLINE void cg_average_pool_run(cg_pool_sums *sums, const int8_t *pixel, int32_t step, int32_t pixels,
                                            int32_t channels) {
    const mve_pred16_t lanes = vctp16q((uint32_t)channels);
    for (; pixels > 0; pixels -= CG_POOL_RUN) {
        int32_t left = cg_min_s32(pixels, CG_POOL_RUN);
        int16x8_t first = vdupq_n_s16(0);
        int16x8_t second = first;
        if (channels >= 16) {
            for (; left > 0; --left, pixel += step) {
                int16x8_t next;
                first = vaddq_s16(first, vldrbq_s16(pixel));
                /* GCC 12 would not use the offset. */
                __asm__("vldrb.s16 %q0, [%1, #8]" : "=w"(next) : "r"(pixel), "m"(*(const int8_t(*)[16])pixel));
                second = vaddq_s16(second, next);
            }
            cg_pool_gather(&sums[1], second);
        } else {
            for (; left > 0; --left, pixel += step) {
                first = vaddq_s16(first, vldrbq_z_s16(pixel, lanes));
            }
        }
        cg_pool_gather(&sums[0], first);
    }
}

/* Eight channels, or sixteen, at a time. */
static CG_NOINLINE void cg_average_pool_eights(const cg_pool_2d_s8_params *params, const cg_pool_elements *window,
                                               int8_t *output) {
    const int32_t step = window->channels;
    const int32_t pixels = window->x_end - window->x_begin;
    const uint32_t count = (uint32_t)cg_max_s32(window->count, 1);
    const ptrdiff_t first = (ptrdiff_t)window->x_begin * step;

    for (int32_t left = step, parts; left > 0; left -= 8 * parts, output += 8 * (ptrdiff_t)parts) {
        cg_pool_sums sums[2];
        sums[0].even = sums[0].odd = sums[1].even = sums[1].odd = vdupq_n_s32(0);
        for (int32_t y = window->y_begin; y < window->y_end; ++y) {
            const int8_t *row = (const int8_t *)cg_row(window->rows, y) + first;
            cg_average_pool_run(sums, row + (step - left), step, pixels, left);
        }
        cg_average_pool_store(params, &sums[0], count, vctp16q((uint32_t)left), output);
        parts = left >= 16 ? 2 : 1;
        if (parts == 2) {
            cg_average_pool_store(params, &sums[1], count, vctp16q(8), output + 8);
        }
    }
}

#else

static CG_NOINLINE int8_t cg_average_pool_mean(const cg_pool_2d_s8_params *params, int32_t sum, int32_t count) {
    /* Division truncates, so half the count is added away from zero. */
    int32_t mean = 0;
    if (count > 0) {
        mean = (sum > 0) ? (sum + count / 2) / count : (sum - count / 2) / count;
    }
    return (int8_t)cg_clamp_s32(mean, params->activation_min, params->activation_max);
}

static CG_NOINLINE void cg_average_pool_pixel(const cg_pool_2d_s8_params *params, const cg_pool_elements *window,
                                              int8_t *output) {
    for (int32_t channel = 0; channel < window->channels; ++channel) {
        int32_t sum = 0;
        for (int32_t y = window->y_begin; y < window->y_end; ++y) {
            const int8_t *row = (const int8_t *)cg_row(window->rows, y);
            for (int32_t x = window->x_begin; x < window->x_end; ++x) {
                sum += row[x * window->channels + channel];
            }
        }
        output[channel] = cg_average_pool_mean(params, sum, window->count);
    }
}

#if CG_DSP

#define CG_POOL_RUN 256 /* elements of int8 whose sum fits 16 bits */

/* Four channels at a time, the sums of two in a word while they fit. */
static void cg_average_pool_fours(const cg_pool_2d_s8_params *params, const cg_pool_elements *window, int32_t channel,
                                  int8_t *output) {
    int32_t sums[4] = {0, 0, 0, 0};
    for (int32_t y = window->y_begin; y < window->y_end; ++y) {
        const int8_t *row = (const int8_t *)cg_row(window->rows, y);
        const int8_t *pixel = row + (ptrdiff_t)window->x_begin * window->channels + channel;
        for (int32_t left = window->x_end - window->x_begin; left > 0; left -= CG_POOL_RUN) {
            uint32_t even = 0;
            uint32_t odd = 0;
            for (int32_t i = cg_min_s32(left, CG_POOL_RUN); i > 0; --i) {
                uint32_t bytes;
                memcpy(&bytes, pixel, sizeof(bytes));
                __asm__("sxtab16 %0, %0, %1" : "+r"(even) : "r"(bytes));
                __asm__("sxtab16 %0, %0, %1, ror #8" : "+r"(odd) : "r"(bytes));
                pixel += window->channels;
            }
            sums[0] += cg_low_half(even);
            sums[1] += cg_low_half(odd);
            sums[2] += cg_high_half(even);
            sums[3] += cg_high_half(odd);
        }
    }
    for (int32_t i = 0; i < 4; ++i) {
        output[channel + i] = cg_average_pool_mean(params, sums[i], window->count);
    }
}

static void cg_average_pool_eights(const cg_pool_2d_s8_params *params, const cg_pool_elements *window, int8_t *output) {
    if (window->channels % 4 != 0) {
        cg_average_pool_pixel(params, window, output);
        return;
    }
    for (int32_t channel = 0; channel < window->channels; channel += 4) {
        cg_average_pool_fours(params, window, channel, output);
    }
}

#else
#define cg_average_pool_eights cg_average_pool_pixel
#endif

#endif

static int8_t *cg_average_pool_row(const cg_pool_2d_s8_params *params, const cg_rows *rows, int32_t out_y,
                                   int8_t *output) {
    const int32_t y = out_y * params->stride_height - params->pad_top;
    cg_pool_elements window;

    window.rows = rows;
    window.channels = params->channels;
    for (int32_t out_x = 0; out_x < params->output_width; ++out_x, output += params->channels) {
        const int32_t x = out_x * params->stride_width - params->pad_left;
        window.y_begin = y + cg_window_begin(y, 1);
        window.y_end = y + cg_window_end(y, 1, params->filter_height, rows->height);
        window.x_begin = x + cg_window_begin(x, 1);
        window.x_end = x + cg_window_end(x, 1, params->filter_width, params->input_width);
        window.count = cg_max_s32(window.y_end - window.y_begin, 0) * cg_max_s32(window.x_end - window.x_begin, 0);
        if (window.x_end - window.x_begin == params->input_width && rows->capacity == rows->height &&
            rows->pitch == params->input_width * params->channels) {
            /* Rows that follow each other are one long row. */
            window.x_end = window.x_begin + window.count;
            window.y_end = window.y_begin + 1;
        }
        cg_average_pool_eights(params, &window, output);
    }
    return output;
}

void cg_average_pool_2d_s8(const cg_pool_2d_s8_params *params, const cg_rows *input, int32_t y0, int32_t y1,
                           int8_t *output) {
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            output = cg_average_pool_row(params, &image, y, output);
        }
    }
}
