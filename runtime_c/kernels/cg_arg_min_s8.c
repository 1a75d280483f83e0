/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_arg_min_s8.h"

#include "cg_index.h"

void cg_arg_min_s8(int32_t outer, int32_t size, int32_t inner, const int8_t *input, int32_t index_bytes, void *output) {
    for (int32_t o = 0; o < outer; ++o) {
        for (int32_t i = 0; i < inner; ++i) {
            const int8_t *line = input + o * size * inner + i;
            int32_t found = 0;
            for (int32_t k = 1; k < size; ++k) {
                if (line[k * inner] < line[found * inner]) {
                    found = k;
                }
            }
            cg_put_index(output, o * inner + i, index_bytes, found);
        }
    }
}
