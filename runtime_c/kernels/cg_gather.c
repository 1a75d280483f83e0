/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_gather.h"

#include <stddef.h>
#include <string.h>

#include "cg_index.h"

void cg_gather(const cg_gather_params *params, const void *input, const void *indices, void *output) {
    const ptrdiff_t slice = params->slice_bytes;
    const uint8_t *block = (const uint8_t *)input;
    uint8_t *out = (uint8_t *)output;

    for (int32_t batch = 0; batch < params->batches; ++batch) {
        for (int32_t outer = 0; outer < params->outer; ++outer) {
            for (int32_t i = 0; i < params->positions; ++i) {
                const int32_t position =
                    cg_index_at(indices, batch * params->positions + i, params->index_bytes, params->axis - 1);
                memcpy(out, block + position * slice, (size_t)slice);
                out += slice;
            }
            block += params->axis * slice;
        }
    }
}
