/* SPDX-License-Identifier: Apache-2.0 */
#if !defined(__ARM_FEATURE_MVE)
#include "cg_small_code.h" /* first */
#endif

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

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

#define CG_POOL_MOST_S16 255 /* elements of int8 whose sum fits 16 bits */

/* Eight channels at a time, where their sums fit 16 bits. */
static void cg_average_pool_eights(const cg_pool_2d_s8_params *params, const cg_pool_elements *window, int8_t *output) {
    if (window->count > CG_POOL_MOST_S16 || window->count <= 0) {
        cg_average_pool_pixel(params, window, output);
        return;
    }
    for (int32_t channel = 0; channel < window->channels; channel += 8) {
        const mve_pred16_t lanes = vctp16q((uint32_t)(window->channels - channel));
        int16x8_t sum = vdupq_n_s16(0);
        for (int32_t y = window->y_begin; y < window->y_end; ++y) {
            const int8_t *row = (const int8_t *)cg_row(window->rows, y);
            const int8_t *pixel = row + (ptrdiff_t)window->x_begin * window->channels + channel;
            for (int32_t x = window->x_end - window->x_begin; x > 0; --x, pixel += window->channels) {
                sum = vaddq_s16(sum, vldrbq_z_s16(pixel, lanes));
            }
        }
        int16_t sums[8];
        vstrhq_s16(sums, sum);
        for (int32_t k = 0; k < cg_min_s32(window->channels - channel, 8); ++k) {
            output[channel + k] = cg_average_pool_mean(params, sums[k], window->count);
        }
    }
}

#elif CG_DSP

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
