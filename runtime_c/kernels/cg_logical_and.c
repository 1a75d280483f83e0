/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_logical_and.h"

void cg_logical_and(const cg_broadcast *shape, const uint8_t *input1, const uint8_t *input2, uint8_t *output) {
    CG_BROADCAST(shape, uint8_t, input1, uint8_t, input2, output, (uint8_t)(a != 0 && b != 0));
}
