/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_TRANSPOSE_CONV_ROWS_H
#define CG_TRANSPOSE_CONV_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "cg_config.h"
#include "cg_factors.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The input positions [begin, end) whose windows cover an output position, along one axis. */
typedef struct {
    int32_t begin;
    int32_t end;
} cg_covering;

/* `position` is that of the output, counted from where the window of input position 0 begins. */
CG_INLINE cg_covering cg_covering_of(int32_t position, int32_t stride, int32_t filter, int32_t input) {
    const int32_t last = position / stride;
    cg_covering found;
    found.begin = position < filter ? 0 : (position - filter) / stride + 1;
    found.end = last < input ? last + 1 : input;
    return found;
}

#ifdef __cplusplus
}
#endif

/*
 * Defines the static function `rows_function`, which computes output rows [y0, y1) as cg_transpose_conv_s8 says. A sum
 * is of `sum_type`: 0, then dot(params, sum, elements, weights, count) for the input pixels that cover the output pixel
 * in raster order, and finish(params, factors, sum, bias, channel) in the end.
 */
#define CG_DEFINE_TRANSPOSE_CONV(rows_function, params_type, type, weight_type, bias_type, sum_type, dot, finish)      \
    static type *rows_function##_one(const params_type *params, const cg_rows *rows, const weight_type *weights,       \
                                     const bias_type *bias, const cg_factors *factors, int32_t out_y, type *output) {  \
        const int32_t depth = params->input_channels;                                                                  \
        const int32_t filter_row = params->filter_width * depth;                                                       \
        const int32_t y = out_y + params->pad_top;                                                                     \
        const cg_covering ys = cg_covering_of(y, params->stride_height, params->filter_height, rows->height);          \
        for (int32_t out_x = 0; out_x < params->output_width; ++out_x) {                                               \
            const int32_t x = out_x + params->pad_left;                                                                \
            const cg_covering xs = cg_covering_of(x, params->stride_width, params->filter_width, params->input_width); \
            for (int32_t channel = 0; channel < params->output_channels; ++channel) {                                  \
                const weight_type *filter = weights + (ptrdiff_t)channel * params->filter_height * filter_row;         \
                sum_type sum = 0;                                                                                      \
                for (int32_t in_y = ys.begin; in_y < ys.end; ++in_y) {                                                 \
                    const type *row = (const type *)cg_row(rows, in_y);                                                \
                    const weight_type *taps = filter + (y - in_y * params->stride_height) * filter_row;                \
                    for (int32_t in_x = xs.begin; in_x < xs.end; ++in_x) {                                             \
                        const int32_t tap = x - in_x * params->stride_width;                                           \
                        sum = dot(params, sum, row + in_x * depth, taps + tap * depth, depth);                         \
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

#endif /* CG_TRANSPOSE_CONV_ROWS_H */
