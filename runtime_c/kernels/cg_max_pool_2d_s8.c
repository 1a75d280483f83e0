/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__ARM_FEATURE_DSP) || defined(__ARM_FEATURE_MVE)
#include "cg_small_code.h" /* first */
#endif

#include "cg_max_pool_2d_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_dsp.h"
#include "cg_requantize.h"
#include "cg_window.h"

/* What lies under a window: `rows` rows of `columns` pixels, the first one at `first`, rows `pitch` bytes apart up to
 * the end of the ring, and then from its begin on. */
typedef struct {
    const int8_t *first;
    const int8_t *end; /* of the ring, in the window's first column */
    int32_t pitch;
    int32_t ring; /* bytes */
    int32_t rows;
    int32_t columns;
    int32_t channels;
} cg_max_window;

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

#define CG_MAX_BLOCK 16

/* The greatest of `count` channels, 16 at most, from `channel` on. */
static CG_NOINLINE void cg_max_channels(const cg_max_window *window, int32_t channel, int32_t count, int8_t low,
                                        int8_t high, int8_t *output) {
    const mve_pred16_t lanes = vctp8q((uint32_t)count);
    const int32_t step = window->channels;
    const int8_t *row = window->first;
    int8x16_t greatest = vdupq_n_s8(INT8_MIN);
    for (int32_t y = window->rows; y > 0; --y) {
        const int8_t *pixel = row + channel;
        if (count >= CG_MAX_BLOCK) {
            for (int32_t x = window->columns; x > 0; --x, pixel += step) {
                greatest = vmaxq_s8(greatest, vldrbq_s8(pixel));
            }
        } else {
            for (int32_t x = window->columns; x > 0; --x, pixel += step) {
                greatest = vmaxq_s8(greatest, vldrbq_z_s8(pixel, lanes));
            }
        }
        row += window->pitch;
        if (row == window->end) {
            row -= window->ring;
        }
    }
    vstrbq_p_s8(output, vminq_s8(vmaxq_s8(greatest, vdupq_n_s8(low)), vdupq_n_s8(high)), lanes);
}

#elif CG_DSP

#define CG_MAX_BLOCK 4

CG_INLINE uint32_t cg_max_four(uint32_t a, uint32_t b) {
    uint32_t greatest;
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(greatest) : "r"(a), "r"(b));
    return greatest;
}

/* The greatest of `count` channels, 4 at most, from `channel` on. */
static CG_NOINLINE void cg_max_channels(const cg_max_window *window, int32_t channel, int32_t count, int8_t low,
                                        int8_t high, int8_t *output) {
    const int8_t *row = window->first;
    uint32_t greatest = 0x80808080u;
    for (int32_t y = window->rows; y > 0; --y) {
        const int8_t *pixel = row + channel;
        for (int32_t x = window->columns; x > 0; --x, pixel += window->channels) {
            uint32_t bytes = 0;
            if (count >= CG_MAX_BLOCK) {
                memcpy(&bytes, pixel, sizeof(bytes));
            } else {
                memcpy(&bytes, pixel, (size_t)count);
            }
            greatest = cg_max_four(greatest, bytes);
        }
        row += window->pitch;
        if (row == window->end) {
            row -= window->ring;
        }
    }
    for (int32_t k = 0; k < count; ++k, greatest >>= 8) {
        output[k] = (int8_t)cg_clamp_s32((int8_t)(greatest & 0xFFu), low, high);
    }
}

#else

#define CG_MAX_BLOCK 1

static CG_NOINLINE void cg_max_channels(const cg_max_window *window, int32_t channel, int32_t count, int8_t low,
                                        int8_t high, int8_t *output) {
    const int8_t *row = window->first + channel;
    const int8_t *const end = window->end + channel;
    int32_t greatest = INT8_MIN;
    (void)count;
    for (int32_t y = window->rows; y > 0; --y) {
        const int8_t *pixel = row;
        for (int32_t x = window->columns; x > 0; --x) {
            greatest = cg_max_s32(greatest, *pixel);
            pixel += window->channels;
        }
        row += window->pitch;
        if (row == end) {
            row -= window->ring;
        }
    }
    *output = (int8_t)cg_clamp_s32(greatest, low, high);
}

#endif

static int8_t *cg_max_pool_row(const cg_pool_2d_s8_params *params, const cg_rows *rows, int32_t out_y, int8_t *output) {
    const int32_t y = out_y * params->stride_height - params->pad_top;
    const int32_t y_begin = y + cg_window_begin(y, 1);
    cg_max_window window;

    window.pitch = rows->pitch;
    window.ring = rows->capacity * rows->pitch;
    window.rows = y + cg_window_end(y, 1, params->filter_height, rows->height) - y_begin;
    window.channels = params->channels;
    for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {
        const int32_t x = out_x * params->stride_width - params->pad_left;
        const int32_t x_begin = x + cg_window_begin(x, 1);
        const ptrdiff_t first = (ptrdiff_t)x_begin * params->channels;

        window.columns = x + cg_window_end(x, 1, params->filter_width, params->input_width) - x_begin;
        window.end = (const int8_t *)rows->base + window.ring + first;
        window.first = (const int8_t *)cg_row(rows, y_begin) + first;
        for (int32_t channel = 0; channel < params->channels; channel += CG_MAX_BLOCK) {
            const int32_t count = cg_min_s32(params->channels - channel, CG_MAX_BLOCK);
            cg_max_channels(&window, channel, count, (int8_t)params->activation_min, (int8_t)params->activation_max,
                            output);
            output += count;
        }
    }
    return output;
}

void cg_max_pool_2d_s8(const cg_pool_2d_s8_params *params, const cg_rows *input, int32_t y0, int32_t y1,
                       int8_t *output) {
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            output = cg_max_pool_row(params, &image, y, output);
        }
    }
}
