/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_minimum_s16.h"

void cg_minimum_s16(const cg_broadcast *shape, const int16_t *input1, const int16_t *input2, int16_t *output) {
    CG_BROADCAST(shape, int16_t, input1, int16_t, input2, output, (a < b) ? a : b);
}
