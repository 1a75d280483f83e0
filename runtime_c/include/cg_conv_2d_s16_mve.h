/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_S16_MVE_H
#define CG_CONV_2D_S16_MVE_H

#include <stddef.h>
#include <stdint.h>

#include "cg_conv_2d_s8.h"
#include "cg_dot_s16_mve.h"
#include "cg_rows.h"
#include "cg_weighted_s16.h"
#include "cg_window.h"

#if defined(__ARM_FEATURE_MVE)

#ifdef __cplusplus
extern "C" {
#endif

/* Of an output pixel: where its window begins in the input, and which of its taps lie there. */
typedef struct {
    const cg_rows *rows;
    int32_t y;
    int32_t y_begin;
    int32_t y_end;
    int32_t x;
    int32_t x_begin;
    int32_t x_end;
} cg_window_s16;

/* The products of an output channel whose filter is at `filter` and whose first input channel is `first`. */
CG_INLINE int64_t cg_window_sum_s16(const cg_conv_2d_s8_params *params, const cg_window_s16 *window,
                                    const int8_t *filter, int32_t first) {
    const int32_t depth = params->filter_channels;
    const int is_run = params->dilation_width == 1 && depth == params->input_channels;
    const int32_t taps = is_run ? 1 : window->x_end - window->x_begin; /* of `values` elements */
    const int32_t values = is_run ? (window->x_end - window->x_begin) * depth : depth;
    int64_t sum = 0;
    for (int32_t tap_y = window->y_begin; tap_y < window->y_end; ++tap_y) {
        const int16_t *row = (const int16_t *)cg_row(window->rows, window->y + tap_y * params->dilation_height);
        const int16_t *pixel =
            row + (window->x + window->x_begin * params->dilation_width) * params->input_channels + first;
        const int8_t *weights = filter + (ptrdiff_t)(tap_y * params->filter_width + window->x_begin) * depth;
        for (int32_t tap = 0; tap < taps; ++tap, pixel += params->dilation_width * params->input_channels) {
            sum = cg_dot_s16(sum, pixel, weights, values);
            weights += depth;
        }
    }
    return sum;
}

/* Defines the static function `rows_function` as CG_DEFINE_CONV_2D does, for inputs whose zero point is 0;
 * finish(params, factors, sum, bias, channel) has sum and bias of sum_type. */
#define CG_DEFINE_CONV_2D_S16(rows_function, bias_type, sum_type, finish)                                              \
    static void rows_function(const cg_conv_2d_s8_params *params, const cg_rows *input, const int8_t *weights,         \
                              const bias_type *bias, const cg_factors *factors, int32_t y0, int32_t y1,                \
                              int16_t *output) {                                                                       \
        const int32_t depth = params->filter_channels;                                                                 \
        const int32_t group_outputs = params->output_channels / (params->input_channels / depth);                      \
        for (int32_t n = 0; n < params->batches; ++n) {                                                                \
            const cg_rows image = cg_image_rows(input, n);                                                             \
            cg_window_s16 window;                                                                                      \
            window.rows = &image;                                                                                      \
            for (int32_t y = y0; y < y1; ++y) {                                                                        \
                window.y = y * params->stride_height - params->pad_top;                                                \
                window.y_begin = cg_window_begin(window.y, params->dilation_height);                                   \
                window.y_end = cg_window_end(window.y, params->dilation_height, params->filter_height, image.height);  \
                for (int32_t x = 0; x < params->output_width; ++x) {                                                   \
                    const int8_t *filter = weights;                                                                    \
                    window.x = x * params->stride_width - params->pad_left;                                            \
                    window.x_begin = cg_window_begin(window.x, params->dilation_width);                                \
                    window.x_end =                                                                                     \
                        cg_window_end(window.x, params->dilation_width, params->filter_width, params->input_width);    \
                    for (int32_t channel = 0; channel < params->output_channels; ++channel) {                          \
                        const int64_t sum =                                                                            \
                            cg_window_sum_s16(params, &window, filter, channel / group_outputs * depth);               \
                        *output++ = finish(params, factors, (sum_type)sum,                                             \
                                           (sum_type)(bias != NULL ? bias[channel] : 0), channel);                     \
                        filter += (ptrdiff_t)params->filter_height * params->filter_width * depth;                     \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

#ifdef __cplusplus
}
#endif

#endif

#endif /* CG_CONV_2D_S16_MVE_H */
