/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_gather_nd.h"

#include <stddef.h>
#include <string.h>

#include "cg_index.h"

void cg_gather_nd(const cg_gather_nd_params *params, const void *input, const void *indices, void *output) {
    uint8_t *out = (uint8_t *)output;

    for (int32_t i = 0; i < params->slices; ++i) {
        ptrdiff_t offset = 0;
        for (int32_t d = 0; d < params->depth; ++d) {
            const int32_t index = cg_index_at(indices, i * params->depth + d, params->index_bytes, params->dims[d] - 1);
            offset += (ptrdiff_t)index * params->strides[d];
        }
        memcpy(out, (const uint8_t *)input + offset, (size_t)params->slice_bytes);
        out += params->slice_bytes;
    }
}
