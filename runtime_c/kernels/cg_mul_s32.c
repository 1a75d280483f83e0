/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_mul_s32.h"

#include "cg_requantize.h"
#include "cg_wrapping.h"

void cg_mul_s32(const cg_broadcast *shape, int32_t low, int32_t high, const int32_t *input1, const int32_t *input2,
                int32_t *output) {
    CG_BROADCAST(shape, int32_t, input1, int32_t, input2, output, cg_clamp_s32(cg_wrapping_multiply(a, b), low, high));
}
