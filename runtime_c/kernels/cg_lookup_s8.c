/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_lookup_s8.h"

void cg_lookup_s8(const int8_t *table, const int8_t *input, int32_t count, int8_t *output) {
    for (int32_t i = 0; i < count; ++i) {
        output[i] = table[(int32_t)input[i] + 128];
    }
}
