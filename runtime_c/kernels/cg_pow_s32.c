/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_pow_s32.h"

#include "cg_wrapping.h"

/* base^exponent modulo 2^32 by squaring; the rest of 1 / base^-exponent for a negative exponent. */
static int32_t cg_power(int32_t base, int32_t exponent) {
    uint32_t left = (uint32_t)exponent;
    int32_t square = base;
    int32_t result = 1;
    if (exponent < 0) {
        return (base == 1 || (base == -1 && (left & 1u) == 0u)) ? 1 : (base == -1) ? -1 : 0;
    }
    for (; left != 0; left >>= 1) {
        result = (left & 1u) ? cg_wrapping_multiply(result, square) : result;
        square = cg_wrapping_multiply(square, square);
    }
    return result;
}

void cg_pow_s32(const cg_broadcast *shape, const int32_t *input1, const int32_t *input2, int32_t *output) {
    CG_BROADCAST(shape, int32_t, input1, int32_t, input2, output, cg_power(a, b));
}
