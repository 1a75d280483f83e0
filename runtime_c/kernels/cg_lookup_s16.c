/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_lookup_s16.h"

void cg_lookup_s16(const int16_t *table, const int16_t *input, int32_t count, int16_t *output) {
    for (int32_t i = 0; i < count; ++i) {
        const int32_t from_lowest = (int32_t)input[i] + 32768;
        const int32_t base = (int32_t)table[from_lowest / 128];
        const int32_t slope = (int32_t)table[from_lowest / 128 + 1] - base;
        const int32_t scaled = slope * (from_lowest % 128) + 64 + (65536 * 128); /* positive, to shift it */
        output[i] = (int16_t)(base + (scaled >> 7) - 65536);
    }
}
