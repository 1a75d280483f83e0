/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_filter_bank_square_root.h"

/* The root digit by digit from the highest on; the rest decides about rounding. */
static uint32_t root_u32(uint32_t x) {
    uint32_t bit = 1U << 30;
    uint32_t root = 0U;

    while (bit > x) {
        bit >>= 2;
    }
    for (; bit != 0U; bit >>= 2) {
        const uint32_t trial = root + bit;

        root >>= 1;
        if (x >= trial) {
            x -= trial;
            root += bit;
        }
    }
    return (x > root && root != 65535U) ? root + 1U : root;
}

static uint32_t root_u64(uint64_t x) {
    uint64_t bit = (uint64_t)1 << 62;
    uint64_t root = 0U;

    while (bit > x) {
        bit >>= 2;
    }
    for (; bit != 0U; bit >>= 2) {
        const uint64_t trial = root + bit;

        root >>= 1;
        if (x >= trial) {
            x -= trial;
            root += bit;
        }
    }
    return (uint32_t)((x > root && root != UINT32_MAX) ? root + 1U : root);
}

void cg_signal_filter_bank_square_root(const uint64_t *input, const int32_t *scale_bits, int32_t count,
                                       uint32_t *output) {
    const uint32_t shift = (uint32_t)*scale_bits & 31U;

    for (int32_t i = 0; i < count; ++i) {
        const uint64_t x = input[i];

        output[i] = ((x >> 32) == 0U ? root_u32((uint32_t)x) : root_u64(x)) >> shift;
    }
}
