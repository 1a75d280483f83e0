/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_strips_x16_s8.h"

#include <stddef.h>

#include "cg_fill_s8.h"
#include "cg_requantize.h"

/* Copies `count` > 0 bytes of each of `rows` rows that are `pitch` bytes apart. */
#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

static void cg_strip_copy(int8_t *to, int32_t to_pitch, const int8_t *from, int32_t from_pitch, int32_t rows,
                          int32_t count) {
    for (; count > 0; count -= 16, to += 16, from += 16) {
        const mve_pred16_t lanes = vctp8q((uint32_t)count);
        const int8_t *next = from;
        int8_t *place = to;
        for (int32_t k = rows; k > 0; --k, next += from_pitch, place += to_pitch) {
            vstrbq_p_s8(place, vldrbq_z_s8(next, lanes), lanes);
        }
    }
}

#else

#include <string.h>

static void cg_strip_copy(int8_t *to, int32_t to_pitch, const int8_t *from, int32_t from_pitch, int32_t rows,
                          int32_t count) {
    for (; rows > 0; --rows, to += to_pitch, from += from_pitch) {
        memcpy(to, from, (size_t)count);
    }
}

#endif

/* The input rows [begin, end) of the columns from `x` on, zero points outside. */
static CG_NOINLINE void cg_strip_gather(const cg_conv_2d_strips_x16_s8_params *params, const cg_rows *rows,
                                        int32_t begin, int32_t end, int32_t x, int8_t *strip) {
    const int32_t channels = params->input_channels;
    const int32_t pitch = params->filter_width * channels;
    const int32_t left = cg_clamp_s32(-x, 0, params->filter_width);
    const int32_t right = cg_clamp_s32(params->input_width - x, left, params->filter_width);
    const int32_t first = cg_clamp_s32(-begin, 0, end - begin);
    const int32_t last = cg_clamp_s32(rows->height - begin, first, end - begin);

    if (right - left < params->filter_width || last - first < end - begin) {
        cg_fill_s8(strip, params->input_zero_point, (end - begin) * pitch);
    }
    if (right == left) {
        return;
    }
    /* Rows up to the end of the ring follow each other. */
    for (int32_t k = first, count; k < last; k += count) {
        const int32_t slot = (begin + k) % rows->capacity;
        const int8_t *from = (const int8_t *)rows->base + (ptrdiff_t)slot * rows->pitch;
        count = cg_min_s32(rows->capacity - slot, last - k);
        cg_strip_copy(strip + (ptrdiff_t)k * pitch + left * channels, pitch, from + (ptrdiff_t)(x + left) * channels,
                      rows->pitch, count, (right - left) * channels);
    }
}

void cg_conv_2d_strips_x16_s8(const cg_conv_2d_strips_x16_s8_params *params, const cg_rows *input,
                              const int8_t *weights, const int32_t *factors, int32_t y0, int32_t y1, void *scratch,
                              int8_t *output) {
    const int32_t step = params->stride_height * params->filter_width * params->input_channels;
    const int32_t begin = y0 * params->stride_height - params->pad_top;
    const int32_t end = (y1 - 1) * params->stride_height - params->pad_top + params->filter_height;
    int8_t *strip = (int8_t *)scratch + params->matmul_scratch;

    if (y1 <= y0) {
        return;
    }
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t x = 0; x < params->output_width; ++x) {
            cg_strip_gather(params, &image, begin, end, x * params->stride_width - params->pad_left, strip);
            cg_matmul_x16_s8(&params->matmul, strip, step, y1 - y0, weights, factors, scratch,
                             output + (ptrdiff_t)x * params->matmul.outputs);
        }
        output += (ptrdiff_t)(y1 - y0) * params->matmul.pitch;
    }
}
