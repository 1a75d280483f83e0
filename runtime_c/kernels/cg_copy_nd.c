/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_copy_nd.h"

#include <stddef.h>
#include <string.h>

/* `count` runs along the innermost dimension; the usual sizes of an element without a call for each. */
static void cg_copy_runs(const cg_copy_nd_params *params, const uint8_t *input, uint8_t *output) {
    const ptrdiff_t from = params->input_strides[7];
    const ptrdiff_t to = params->output_strides[7];
    const int32_t count = params->dims[7];

    switch (params->run_bytes) {
    case 1:
        for (int32_t i = 0; i < count; ++i) {
            output[i * to] = input[i * from];
        }
        break;
    case 2:
        for (int32_t i = 0; i < count; ++i) {
            memcpy(output + i * to, input + i * from, 2);
        }
        break;
    case 4:
        for (int32_t i = 0; i < count; ++i) {
            memcpy(output + i * to, input + i * from, 4);
        }
        break;
    default:
        for (int32_t i = 0; i < count; ++i) {
            memcpy(output + i * to, input + i * from, (size_t)params->run_bytes);
        }
        break;
    }
}

void cg_copy_nd(const cg_copy_nd_params *params, const void *input, void *output) {
    int32_t index[7] = {0, 0, 0, 0, 0, 0, 0};
    ptrdiff_t from = 0;
    ptrdiff_t to = 0;

    for (;;) {
        int d = 6;
        cg_copy_runs(params, (const uint8_t *)input + from, (uint8_t *)output + to);
        /* One position on along the outer dimensions: back to the begin of each that is through. */
        while (d >= 0 && ++index[d] == params->dims[d]) {
            index[d] = 0;
            from -= (ptrdiff_t)params->input_strides[d] * (params->dims[d] - 1);
            to -= (ptrdiff_t)params->output_strides[d] * (params->dims[d] - 1);
            --d;
        }
        if (d < 0) {
            return;
        }
        from += params->input_strides[d];
        to += params->output_strides[d];
    }
}
