/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_add_s32.h"

#include "cg_requantize.h"
#include "cg_wrapping.h"

void cg_add_s32(const cg_broadcast *shape, const int32_t *input1, const int32_t *input2, int32_t *output) {
    CG_BROADCAST(shape, int32_t, input1, int32_t, input2, output, cg_wrapping_add(a, b));
}
