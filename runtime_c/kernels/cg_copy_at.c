/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_copy_at.h"

#include <stddef.h>

#include "cg_index.h"

void cg_copy_at(const cg_copy_at_params *params, const void *starts, const void *input, void *output) {
    ptrdiff_t offset = 0;

    for (int32_t d = 0; d < params->rank; ++d) {
        const int32_t start = cg_index_at(starts, d, params->index_bytes, params->limits[d]);
        offset += (ptrdiff_t)start * params->strides[d];
    }
    if (params->moves_output) {
        cg_copy_nd(&params->copy, input, (uint8_t *)output + offset);
    } else {
        cg_copy_nd(&params->copy, (const uint8_t *)input + offset, output);
    }
}
