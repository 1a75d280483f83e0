/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_select.h"

#include <stddef.h>
#include <string.h>

void cg_select(const cg_select_params *params, const uint8_t *condition, const void *x, const void *y, void *output) {
    const int32_t *dims = params->dims;
    const size_t bytes = (size_t)params->element_bytes;
    uint8_t *out = (uint8_t *)output;
    int32_t index[CG_INNER] = {0, 0, 0, 0, 0};

    do {
        const int32_t at_condition = cg_walk_offset(params->condition_strides, index);
        const int32_t at_x = cg_walk_offset(params->x_strides, index);
        const int32_t at_y = cg_walk_offset(params->y_strides, index);
        for (int32_t i = 0; i < dims[CG_INNER]; ++i) {
            const int holds = condition[at_condition + i * params->condition_strides[CG_INNER]] != 0;
            const int32_t element =
                holds ? at_x + i * params->x_strides[CG_INNER] : at_y + i * params->y_strides[CG_INNER];
            memcpy(out, (const uint8_t *)(holds ? x : y) + (size_t)element * bytes, bytes);
            out += bytes;
        }
    } while (cg_walk_next(dims, index));
}
