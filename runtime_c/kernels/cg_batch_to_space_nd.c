/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_batch_to_space_nd.h"

#include <stddef.h>
#include <string.h>

void cg_batch_to_space_nd(const cg_batch_to_space_nd_params *params, const void *input, void *output) {
    const ptrdiff_t pixel = params->pixel_bytes;
    uint8_t *out = (uint8_t *)output;

    for (int32_t batch = 0; batch < params->batches; ++batch) {
        for (int32_t i = 0; i < params->output_height; ++i) {
            const int32_t y = i + params->top;
            const int32_t block_row = y % params->block_height * params->block_width;
            for (int32_t j = 0; j < params->output_width; ++j) {
                const int32_t x = j + params->left;
                const int32_t image = (block_row + x % params->block_width) * params->batches + batch;
                const ptrdiff_t row = (ptrdiff_t)image * params->input_height + y / params->block_height;
                const ptrdiff_t position = row * params->input_width + x / params->block_width;
                memcpy(out, (const uint8_t *)input + position * pixel, (size_t)pixel);
                out += pixel;
            }
        }
    }
}
