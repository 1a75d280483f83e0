/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_average_pool_2d_small_s8.h"

#include <stddef.h>

#include "cg_config.h"

static CG_NOINLINE int8_t cg_average_pool_small(const cg_pool_2d_s8_params *params, const cg_rows *image, int32_t y,
                                                int32_t x, int32_t channel) {
    int32_t sum = 0;
    int32_t count = 0;
    for (int32_t i = params->filter_height; i > 0; --i, ++y) {
        const int8_t *row = (const int8_t *)cg_row(image, y);
        for (int32_t j = 0; row != NULL && j < params->filter_width; ++j) {
            if (x + j >= 0 && x + j < params->input_width) {
                sum += row[(ptrdiff_t)(x + j) * params->channels + channel];
                ++count;
            }
        }
    }
    /* Division truncates, so half the count is added away from zero. */
    int32_t mean = count == 0 ? 0 : (sum + (sum > 0 ? count / 2 : -(count / 2))) / count;
    mean = mean < params->activation_min ? params->activation_min : mean;
    return (int8_t)(mean > params->activation_max ? params->activation_max : mean);
}

void cg_average_pool_2d_small_s8(const cg_pool_2d_s8_params *params, const cg_rows *input, int32_t y0, int32_t y1,
                                 int8_t *output) {
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            for (int32_t x = 0; x < params->output_width; ++x) {
                for (int32_t channel = 0; channel < params->channels; ++channel) {
                    *output++ = cg_average_pool_small(params, &image, y * params->stride_height - params->pad_top,
                                                      x * params->stride_width - params->pad_left, channel);
                }
            }
        }
    }
}
