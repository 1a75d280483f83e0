/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_abs_plain_s16.h"

#include "cg_unary.h"

void cg_abs_plain_s16(const int16_t *input, int32_t count, int16_t *output) {
    CG_UNARY(int16_t, input, count, output, (int16_t)((x < 0 && x > INT16_MIN) ? -x : x));
}
