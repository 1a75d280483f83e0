/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_POOL_2D_WINDOW_H
#define CG_POOL_2D_WINDOW_H

#include <stdint.h>

#include "cg_rows.h"
#include "cg_window.h"

/*
 * Defines the pooling kernel `function`. A window's total is of `total_type`: it begins as `initial`, becomes
 * take(total, element) for every element in raster order, and ends as finish(params, total, count) with the number of
 * elements. The contract is that of cg_average_pool_2d_s8.
 */
#define CG_DEFINE_POOL_2D(function, type, params_type, total_type, initial, take, finish)                              \
    static type *function##_row(const params_type *params, const cg_rows *rows, int32_t out_y, type *output) {         \
        const int32_t y = out_y * params->stride_height - params->pad_top;                                             \
        const int32_t y_begin = y + cg_window_begin(y, 1);                                                             \
        const int32_t y_end = y + cg_window_end(y, 1, params->filter_height, rows->height);                            \
        for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {                                               \
            const int32_t x = out_x * params->stride_width - params->pad_left;                                         \
            const int32_t x_begin = x + cg_window_begin(x, 1);                                                         \
            const int32_t x_end = x + cg_window_end(x, 1, params->filter_width, params->input_width);                  \
            for (int32_t channel = 0; channel < params->channels; ++channel) {                                         \
                total_type total = (initial);                                                                          \
                for (int32_t in_y = y_begin; in_y < y_end; ++in_y) {                                                   \
                    const type *row = (const type *)cg_row(rows, in_y);                                                \
                    for (int32_t in_x = x_begin; in_x < x_end; ++in_x) {                                               \
                        total = take(total, row[in_x * params->channels + channel]);                                   \
                    }                                                                                                  \
                }                                                                                                      \
                *output++ = finish(params, total, (y_end - y_begin) * (x_end - x_begin));                              \
            }                                                                                                          \
        }                                                                                                              \
        return output;                                                                                                 \
    }                                                                                                                  \
                                                                                                                       \
    void function(const params_type *params, const cg_rows *input, int32_t y0, int32_t y1, type *output) {             \
        for (int32_t n = 0; n < params->batches; ++n) {                                                                \
            const cg_rows image = cg_image_rows(input, n);                                                             \
            for (int32_t y = y0; y < y1; ++y) {                                                                        \
                output = function##_row(params, &image, y, output);                                                    \
            }                                                                                                          \
        }                                                                                                              \
    }

#endif /* CG_POOL_2D_WINDOW_H */
