/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_embedding_lookup_s8_f32.h"

#include <stddef.h>

#include "cg_index.h"

void cg_embedding_lookup_s8_f32(const int8_t *table, int32_t rows, int32_t columns, float scale, const int32_t *indices,
                                int32_t count, float *output) {
    for (int32_t i = 0; i < count; ++i) {
        const int8_t *row = table + (ptrdiff_t)cg_index_at(indices, i, 4, rows - 1) * columns;
        for (int32_t c = 0; c < columns; ++c) {
            *output++ = scale * (float)row[c];
        }
    }
}
