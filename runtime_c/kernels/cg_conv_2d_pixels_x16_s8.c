/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_pixels_x16_s8.h"

#include <stddef.h>

#include "cg_requantize.h"

void cg_conv_2d_pixels_x16_s8(const cg_conv_2d_pixels_x16_s8_params *params, const cg_rows *input,
                              const int8_t *weights, const int32_t *factors, int32_t y0, int32_t y1, void *scratch,
                              int8_t *output) {
    const int32_t depth = params->matmul.depth;
    const int32_t width = params->output_width;
    /* Rows that follow each other without gaps are one run of pixels. */
    const int whole = params->stride_height == 1 && params->stride_width == 1 && width == params->input_width &&
                      input->pitch == width * depth;

    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0, rows = 1; y < y1; y += rows) {
            const int32_t from = y * params->stride_height;
            rows = whole ? cg_min_s32(y1 - y, image.capacity - from % image.capacity) : 1;
            cg_matmul_x16_s8(&params->matmul, (const int8_t *)cg_row(&image, from), params->stride_width * depth,
                             rows * width, weights, factors, scratch, output);
            output += (ptrdiff_t)rows * width * params->matmul.outputs;
        }
    }
}
