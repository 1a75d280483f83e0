/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_maximum_s32.h"

void cg_maximum_s32(const cg_broadcast *shape, const int32_t *input1, const int32_t *input2, int32_t *output) {
    CG_BROADCAST(shape, int32_t, input1, int32_t, input2, output, (a > b) ? a : b);
}
