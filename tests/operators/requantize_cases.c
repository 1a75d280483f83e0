/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares the short requantization with the reference one: requantize_cases COUNT SEED. COUNT sums in all, half of
 * them within 2 of where a result changes, of random factors and zero points; then for 24 factors every sum of 20
 * bits. Prints how many were compared and how many differ.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cg_requantize.h"

static uint64_t state;

static uint32_t next(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

static int32_t shorter(int32_t x, int32_t multiplier, int32_t offset, int32_t shift, int linear) {
    int32_t h = (int32_t)(((int64_t)(x * 256) * multiplier) >> 32) + offset;
    if (linear && x < 0) {
        h -= 1 << 7;
    }
    return cg_clamp_s32(h >> shift, -128, 127);
}

static int differs(int32_t x, int32_t multiplier, int32_t e, int32_t zero_point) {
    const int32_t shift = e + 7;
    const int32_t offset = (1 << 6) + (e > 0 ? 1 << (shift - 1) : 0) + zero_point * (1 << shift);
    const int32_t plain = cg_requantize_s8(x, multiplier, -e, zero_point, -128, 127);
    const int32_t relu = cg_requantize_s8(x, multiplier, -e, zero_point, zero_point, 127);
    const int32_t made = shorter(x, multiplier, offset, shift, 0);
    return (e > 0 && shorter(x, multiplier, offset, shift, 1) != plain) || cg_max_s32(made, zero_point) != relu;
}

int main(int count, char **arguments) {
    int64_t wrong = 0;
    int64_t compared = 0;
    const int64_t wanted = count > 1 ? atoll(arguments[1]) : 0;
    state = count > 2 ? strtoull(arguments[2], NULL, 10) : 1;
    while (compared < wanted) {
        const int32_t e = (int32_t)(next() % 17);
        const int32_t multiplier = (int32_t)((1u << 30) + (next() & 0x3FFFFFFFu));
        const int32_t zero_point = next() % 4 == 0 ? -128 : (int32_t)(next() % 256) - 128;
        for (int i = 0; i < 500; ++i) {
            const int32_t bits = (int32_t)(next() % 23) + 1;
            wrong += differs((int32_t)(next() & 0x7FFFFFu) >> (23 - bits), multiplier, e, zero_point);
            wrong += differs(-((int32_t)(next() & 0x7FFFFFu) >> (23 - bits)), multiplier, e, zero_point);
            /* near a step: x with y = (k + 1/2) * 2^e */
            const double y = ((double)(int32_t)(next() % 600) - 300.5) * (double)(1 << e);
            const double x = y * 2147483648.0 / multiplier;
            if (x > -8388600.0 && x < 8388600.0) {
                for (int32_t d = -2; d <= 2; ++d) {
                    wrong += differs((int32_t)x + d, multiplier, e, zero_point);
                }
                compared += 5;
            }
            compared += 2;
        }
    }
    for (int k = 0; k < 24; ++k) {
        const int32_t multiplier = (int32_t)((1u << 30) + (next() & 0x3FFFFFFFu));
        const int32_t bits = wanted > 100000000 ? 23 : 16;
        for (int32_t x = -(1 << bits) + 1; x < 1 << bits; ++x) {
            wrong += differs(x, multiplier, k % 12 + 1, (k * 37) % 256 - 128);
        }
        compared += (int64_t)2 << bits;
    }
    printf("%" PRId64 " %" PRId64 "\n", compared, wrong);
    return 0;
}
