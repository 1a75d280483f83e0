/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_relu6_s16.h"

#include "cg_requantize.h"
#include "cg_unary.h"

void cg_relu6_s16(int32_t low, int32_t high, const int16_t *input, int32_t count, int16_t *output) {
    CG_UNARY(int16_t, input, count, output, (int16_t)cg_clamp_s32(x, low, high));
}
