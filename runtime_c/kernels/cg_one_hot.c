/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_one_hot.h"

#include <stddef.h>
#include <string.h>

void cg_one_hot(const cg_one_hot_params *params, const void *indices, const void *on, const void *off, void *output) {
    const size_t bytes = (size_t)params->element_bytes;
    uint8_t *out = (uint8_t *)output;

    for (int32_t outer = 0; outer < params->outer; ++outer) {
        for (int32_t position = 0; position < params->depth; ++position) {
            for (int32_t inner = 0; inner < params->inner; ++inner) {
                const int32_t i = outer * params->inner + inner;
                const int64_t index =
                    (params->index_bytes == 8) ? ((const int64_t *)indices)[i] : ((const int32_t *)indices)[i];
                memcpy(out, (index == position) ? on : off, bytes);
                out += bytes;
            }
        }
    }
}
