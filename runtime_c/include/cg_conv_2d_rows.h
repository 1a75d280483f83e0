/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_ROWS_H
#define CG_CONV_2D_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "cg_factors.h"
#include "cg_rows.h"
#include "cg_window.h"

/*
 * Defines the static function `rows_function`, which computes output rows [y0, y1) as cg_conv_2d_s8 says. A sum is
 * of `sum_type`: 0, then add(params, sum, element, weight) for the taps on the input in raster order, and
 * finish(params, factors, sum, bias, channel) in the end.
 */
#define CG_DEFINE_CONV_2D(rows_function, params_type, type, weight_type, bias_type, sum_type, add, finish)             \
    static type *rows_function##_one(const params_type *params, const cg_rows *rows, const weight_type *weights,       \
                                     const bias_type *bias, const cg_factors *factors, int32_t out_y, type *output) {  \
        const int32_t depth = params->filter_channels;                                                                 \
        const int32_t group_outputs = params->output_channels / (params->input_channels / depth);                      \
        const int32_t y = out_y * params->stride_height - params->pad_top;                                             \
        const int32_t y_begin = cg_window_begin(y, params->dilation_height);                                           \
        const int32_t y_end = cg_window_end(y, params->dilation_height, params->filter_height, rows->height);          \
        for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {                                               \
            const int32_t x = out_x * params->stride_width - params->pad_left;                                         \
            const int32_t x_begin = cg_window_begin(x, params->dilation_width);                                        \
            const int32_t x_end = cg_window_end(x, params->dilation_width, params->filter_width, params->input_width); \
            for (int32_t channel = 0; channel < params->output_channels; ++channel) {                                  \
                const int32_t first = channel / group_outputs * depth;                                                 \
                sum_type sum = 0;                                                                                      \
                for (int32_t tap_y = y_begin; tap_y < y_end; ++tap_y) {                                                \
                    const type *row = (const type *)cg_row(rows, y + tap_y * params->dilation_height);                 \
                    const weight_type *filter =                                                                        \
                        weights + (ptrdiff_t)(channel * params->filter_height + tap_y) * params->filter_width * depth; \
                    for (int32_t tap_x = x_begin; tap_x < x_end; ++tap_x) {                                            \
                        const type *pixel =                                                                            \
                            row + (x + tap_x * params->dilation_width) * params->input_channels + first;               \
                        for (int32_t i = 0; i < depth; ++i) {                                                          \
                            sum = add(params, sum, pixel[i], filter[tap_x * depth + i]);                               \
                        }                                                                                              \
                    }                                                                                                  \
                }                                                                                                      \
                *output++ = finish(params, factors, sum, (sum_type)(bias != NULL ? bias[channel] : 0), channel);       \
            }                                                                                                          \
        }                                                                                                              \
        return output;                                                                                                 \
    }                                                                                                                  \
                                                                                                                       \
    static void rows_function(const params_type *params, const cg_rows *input, const weight_type *weights,             \
                              const bias_type *bias, const cg_factors *factors, int32_t y0, int32_t y1,                \
                              type *output) {                                                                          \
        for (int32_t n = 0; n < params->batches; ++n) {                                                                \
            const cg_rows image = cg_image_rows(input, n);                                                             \
            for (int32_t y = y0; y < y1; ++y) {                                                                        \
                output = rows_function##_one(params, &image, weights, bias, factors, y, output);                       \
            }                                                                                                          \
        }                                                                                                              \
    }

#endif /* CG_CONV_2D_ROWS_H */
