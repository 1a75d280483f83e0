/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_resize_nearest_neighbor.h"

#include <stddef.h>
#include <string.h>

void cg_resize_nearest_neighbor(const cg_resize_nearest_neighbor_params *params, const void *input, void *output) {
    const ptrdiff_t pixel = params->pixel_bytes;
    const ptrdiff_t input_row = pixel * params->input_width;
    const size_t output_row = (size_t)pixel * (size_t)params->output_width;
    const uint8_t *image = (const uint8_t *)input;
    uint8_t *out = (uint8_t *)output;

    for (int32_t batch = 0; batch < params->batches; ++batch) {
        for (int32_t y = 0; y < params->output_height; ++y) {
            const uint8_t *row = image + params->row_of[y] * input_row;
            if (y > 0 && params->row_of[y] == params->row_of[y - 1]) {
                memcpy(out, out - output_row, output_row);
                out += output_row;
                continue;
            }
            for (int32_t x = 0; x < params->output_width; ++x) {
                memcpy(out, row + params->column_of[x] * pixel, (size_t)pixel);
                out += pixel;
            }
        }
        image += params->input_height * input_row;
    }
}
