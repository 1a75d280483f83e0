/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_conv_2d_columns_x16_s8.h"

#include <stddef.h>

#include "cg_copy_s8.h"
#include "cg_requantize.h"

/*
 * Pixels of one input row to their places in columns of `pitch` bytes.
 */
#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

/* Eight pixels are as many vectors of eight bytes as there are channels; each byte has its offset. */
static void cg_columns_scatter(int8_t *to, int32_t pitch, const int8_t *from, int32_t pixels, int32_t channels,
                               const uint16_t *offsets) {
    for (; pixels >= 8; pixels -= 8, to += 8 * (ptrdiff_t)pitch) {
        const uint16_t *next = offsets;
        for (int32_t k = channels; k > 0; --k, from += 8, next += 8) {
            vstrbq_scatter_offset_s16(to, vldrhq_u16(next), vldrbq_s16(from));
        }
    }
    for (int32_t left = pixels * channels; left > 0; left -= 8, from += 8, offsets += 8) {
        const mve_pred16_t lanes = vctp16q((uint32_t)left);
        vstrbq_scatter_offset_p_s16(to, vldrhq_u16(offsets), vldrbq_z_s16(from, lanes), lanes);
    }
}

static void cg_columns_row(int8_t *to, int32_t pitch, const int8_t *from, int32_t pixels, int32_t channels,
                           const uint16_t *offsets) {
    if (offsets != NULL) {
        cg_columns_scatter(to, pitch, from, pixels, channels, offsets);
        return;
    }
    int32_t k = 0;
    for (; k + 16 <= channels; k += 16) {
        const int8_t *pixel = from + k;
        int8_t *next = to + k;
        for (int32_t p = pixels; p > 0; --p, pixel += channels, next += pitch) {
            vstrbq_s8(next, vldrbq_s8(pixel));
        }
    }
    if (k < channels) {
        const mve_pred16_t lanes = vctp8q((uint32_t)(channels - k));
        from += k;
        to += k;
        for (int32_t p = pixels; p > 0; --p, from += channels, to += pitch) {
            vstrbq_p_s8(to, vldrbq_z_s8(from, lanes), lanes);
        }
    }
}

#else

#include <string.h>

static void cg_columns_row(int8_t *to, int32_t pitch, const int8_t *from, int32_t pixels, int32_t channels,
                           const uint16_t *offsets) {
    (void)offsets;
    for (; pixels > 0; --pixels, from += channels, to += pitch) {
        memcpy(to, from, (size_t)channels);
    }
}

#endif

/* What the windows of output row y need from input column `x` on: `left` columns of padding, then the input's up to
 * column `right`. */
static void cg_columns_gather(const cg_conv_2d_columns_x16_s8_params *params, const cg_rows *rows, int32_t y, int32_t x,
                              int32_t left, int32_t right, const uint16_t *offsets, int8_t *columns) {
    const int32_t channels = params->input_channels;
    const int32_t pitch = params->filter_height * channels;
    int32_t row = y * params->stride_height - params->pad_top;

    columns += (ptrdiff_t)left * pitch;
    for (int32_t ky = params->filter_height; ky > 0; --ky, columns += channels, row += params->dilation_height) {
        const int8_t *from = (const int8_t *)cg_row(rows, row);
        if (from != NULL) {
            cg_columns_row(columns, pitch, from + (ptrdiff_t)(x + left) * channels, right - left, channels, offsets);
        } else {
            for (int32_t k = 0; k < right - left; ++k) {
                cg_fill_s8(columns + (ptrdiff_t)k * pitch, params->input_zero_point, channels);
            }
        }
    }
}

void cg_conv_2d_columns_x16_s8(const cg_conv_2d_columns_x16_s8_params *params, const cg_rows *input,
                               const int8_t *weights, const int32_t *factors, const uint16_t *offsets, int32_t y0,
                               int32_t y1, int8_t *scratch, int8_t *output) {
    const int32_t pitch = params->filter_height * params->input_channels;
    const int32_t step = params->stride_width * pitch;
    int8_t *columns = scratch + params->matmul_scratch;

    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            for (int32_t x = 0; x < params->output_width; x += params->block) {
                const int32_t pixels = cg_min_s32(params->block, params->output_width - x);
                const int32_t from = x * params->stride_width - params->pad_left;
                const int32_t count = (pixels - 1) * params->stride_width + params->filter_width;
                const int32_t left = cg_clamp_s32(-from, 0, count);
                const int32_t right = cg_clamp_s32(params->input_width - from, left, count);
                if (y == y0 || params->block < params->output_width) { /* else they are as they were */
                    cg_fill_s8(columns, params->input_zero_point, left * pitch);
                    cg_fill_s8(columns + (ptrdiff_t)right * pitch, params->input_zero_point, (count - right) * pitch);
                }
                cg_columns_gather(params, &image, y, from, left, right, offsets, columns);
                cg_matmul_x16_s8(&params->matmul, columns, step, pixels, weights, factors, scratch, output);
                output += (ptrdiff_t)pixels * params->matmul.outputs;
            }
        }
    }
}
