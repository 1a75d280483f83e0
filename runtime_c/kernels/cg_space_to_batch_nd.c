/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_space_to_batch_nd.h"

#include <stddef.h>
#include <string.h>

#include "cg_fill_elements.h"

/* Row y of the padded image, each block_width-th pixel of it from shift on. */
static uint8_t *cg_space_row(const cg_space_to_batch_nd_params *params, const uint8_t *image, int32_t y, int32_t shift,
                             const void *value, uint8_t *output) {
    const ptrdiff_t pixel = params->pixel_bytes;
    const int inside = y >= 0 && y < params->input_height;

    for (int32_t i = 0; i < params->output_width; ++i) {
        const int32_t x = i * params->block_width + shift - params->left;
        if (inside && x >= 0 && x < params->input_width) {
            memcpy(output, image + ((ptrdiff_t)y * params->input_width + x) * pixel, (size_t)pixel);
        } else {
            cg_fill_elements(value, params->element_bytes, params->pixel_bytes / params->element_bytes, output);
        }
        output += pixel;
    }
    return output;
}

void cg_space_to_batch_nd(const cg_space_to_batch_nd_params *params, const void *input, const void *value,
                          void *output) {
    const ptrdiff_t image_bytes = (ptrdiff_t)params->input_height * params->input_width * params->pixel_bytes;
    uint8_t *out = (uint8_t *)output;

    for (int32_t down = 0; down < params->block_height; ++down) {
        for (int32_t across = 0; across < params->block_width; ++across) {
            for (int32_t batch = 0; batch < params->batches; ++batch) {
                const uint8_t *image = (const uint8_t *)input + batch * image_bytes;
                for (int32_t i = 0; i < params->output_height; ++i) {
                    const int32_t y = i * params->block_height + down - params->top;
                    out = cg_space_row(params, image, y, across, value, out);
                }
            }
        }
    }
}
