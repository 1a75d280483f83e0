/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_conv_2d_columns_x16_s8.h"

#include <stddef.h>

#include "cg_copy_s8.h"
#include "cg_fill_s8.h"
#include "cg_requantize.h"

/*
 * Pixels of one input row to their places in columns of `pitch` bytes.
 */
#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

/* Eight pixels are as many vectors of eight bytes as there are channels; each byte has its offset. */
static CG_NOINLINE void cg_columns_scatter(int8_t *to, int32_t pitch, const int8_t *from, int32_t pixels,
                                           int32_t channels, const uint16_t *offsets) {
    if (channels == 1) {
        const uint16x8_t only = vldrhq_u16(offsets);
        for (; pixels >= 8; pixels -= 8, from += 8, to += 8 * (ptrdiff_t)pitch) {
            vstrbq_scatter_offset_s16(to, only, vldrbq_s16(from));
        }
    } else if (channels == 3) {
        const uint16x8_t first = vldrhq_u16(offsets);
        const uint16x8_t second = vldrhq_u16(offsets + 8);
        const uint16x8_t third = vldrhq_u16(offsets + 16);
        for (; pixels >= 8; pixels -= 8, from += 24, to += 8 * (ptrdiff_t)pitch) {
            vstrbq_scatter_offset_s16(to, first, vldrbq_s16(from));
            vstrbq_scatter_offset_s16(to, second, vldrbq_s16(from + 8));
            vstrbq_scatter_offset_s16(to, third, vldrbq_s16(from + 16));
        }
    }
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

/* The columns of a part of an output row: `count`, from input column `x` on; those from `left` to `right` are not
 * padding. */
typedef struct {
    int32_t x;
    int32_t count;
    int32_t left;
    int32_t right;
} cg_columns_part;

/* The rows of the filter from `ky` on, for output row y. */
static CG_NOINLINE void cg_columns_gather(const cg_conv_2d_columns_x16_s8_params *params, const cg_rows *rows,
                                          int32_t y, const cg_columns_part *part, int32_t ky, const uint16_t *offsets,
                                          int8_t *columns) {
    const int32_t channels = params->input_channels;
    const int32_t pitch = params->filter_height * channels;
    const int32_t left = part->left;
    const int32_t right = part->right;
    const int32_t x = part->x;
    int32_t row = y * params->stride_height - params->pad_top + ky * params->dilation_height;

    cg_fill_s8(columns, params->input_zero_point, left * pitch);
    if (ky == 0) { /* else they have moved into each other */
        cg_fill_s8(columns + (ptrdiff_t)right * pitch, params->input_zero_point, (part->count - right) * pitch);
    }
    columns += (ptrdiff_t)left * pitch + (ptrdiff_t)ky * channels;
    for (; ky < params->filter_height; ++ky, columns += channels, row += params->dilation_height) {
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
                               int32_t y1, void *scratch, int8_t *output) {
    const int32_t pitch = params->filter_height * params->input_channels;
    const int32_t step = params->stride_width * pitch;
    /* Worth it where rows are scattered byte by byte and are shared by many windows. */
    const int shifts = offsets != NULL && params->block >= params->output_width && params->dilation_height == 1 &&
                       3 * params->stride_height < 2 * params->filter_height;
    const int32_t kept = params->filter_height - params->stride_height;
    const int32_t moved = params->stride_height * params->input_channels;
    int8_t *columns = (int8_t *)scratch + params->matmul_scratch;

    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0, ky = 0; y < y1; ++y, ky = shifts ? kept : 0) {
            for (int32_t x = 0; x < params->output_width; x += params->block) {
                const int32_t pixels = cg_min_s32(params->block, params->output_width - x);
                cg_columns_part part;
                part.x = x * params->stride_width - params->pad_left;
                part.count = (pixels - 1) * params->stride_width + params->filter_width;
                part.left = cg_clamp_s32(-part.x, 0, part.count);
                part.right = cg_clamp_s32(params->input_width - part.x, part.left, part.count);
                if (ky > 0) {
                    /* The rows that the windows share with those of the row above, each in its place with one move. */
                    cg_copy_s8(columns, columns + moved, part.count * pitch - moved);
                }
                cg_columns_gather(params, &image, y, &part, ky, offsets, columns);
                cg_matmul_x16_s8(&params->matmul, columns, step, pixels, weights, factors, scratch, output);
                output += (ptrdiff_t)pixels * params->matmul.outputs;
            }
        }
    }
}
