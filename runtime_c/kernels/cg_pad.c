/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_pad.h"

#include <stddef.h>
#include <string.h>

static uint8_t *cg_fill(uint8_t *output, const void *value, int32_t element_bytes, int32_t count) {
    if (element_bytes == 1) {
        const size_t bytes = (count > 0) ? (size_t)count : 0;
        memset(output, *(const uint8_t *)value, bytes);
        return output + bytes;
    }
    for (int32_t i = 0; i < count; ++i) {
        memcpy(output, value, (size_t)element_bytes);
        output += element_bytes;
    }
    return output;
}

void cg_pad(const cg_pad_params *params, const void *input, const void *value, void *output) {
    const int32_t *dims = params->dims;
    const int32_t bytes = params->element_bytes;
    const size_t run_bytes = (size_t)dims[4] * (size_t)bytes;
    const uint8_t *in = (const uint8_t *)input;
    uint8_t *out = (uint8_t *)output;
    int32_t slab[5]; /* elements of the output in one position of each dimension */

    slab[4] = 1;
    for (int d = 3; d >= 0; --d) {
        slab[d] = slab[d + 1] * (params->before[d + 1] + dims[d + 1] + params->after[d + 1]);
    }

    out = cg_fill(out, value, bytes, params->before[0] * slab[0]);
    for (int32_t i0 = 0; i0 < dims[0]; ++i0) {
        out = cg_fill(out, value, bytes, params->before[1] * slab[1]);
        for (int32_t i1 = 0; i1 < dims[1]; ++i1) {
            out = cg_fill(out, value, bytes, params->before[2] * slab[2]);
            for (int32_t i2 = 0; i2 < dims[2]; ++i2) {
                out = cg_fill(out, value, bytes, params->before[3] * slab[3]);
                for (int32_t i3 = 0; i3 < dims[3]; ++i3) {
                    out = cg_fill(out, value, bytes, params->before[4]);
                    memcpy(out, in, run_bytes);
                    in += run_bytes;
                    out = cg_fill(out + run_bytes, value, bytes, params->after[4]);
                }
                out = cg_fill(out, value, bytes, params->after[3] * slab[3]);
            }
            out = cg_fill(out, value, bytes, params->after[2] * slab[2]);
        }
        out = cg_fill(out, value, bytes, params->after[1] * slab[1]);
    }
    cg_fill(out, value, bytes, params->after[0] * slab[0]);
}
