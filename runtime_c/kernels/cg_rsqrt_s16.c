/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_rsqrt_s16.h"

#include "cg_inverse_sqrt.h"
#include "cg_requantize.h"
#include "cg_unary.h"

static int16_t cg_rsqrt_element(int32_t x, int32_t multiplier, int32_t shift) {
    if (x <= 0) {
        return INT16_MAX;
    }
    const cg_factor root = cg_inverse_sqrt(x);
    const int32_t value = cg_requantize(1, root.multiplier, root.shift + 20);
    return (int16_t)cg_clamp_s32(cg_requantize(value, multiplier, shift), INT16_MIN, INT16_MAX);
}

void cg_rsqrt_s16(int32_t multiplier, int32_t shift, const int16_t *input, int32_t count, int16_t *output) {
    CG_UNARY(int16_t, input, count, output, cg_rsqrt_element(x, multiplier, shift));
}
