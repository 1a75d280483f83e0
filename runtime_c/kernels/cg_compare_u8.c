/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_compare_u8.h"

#include "cg_relation.h"

void cg_compare_u8(const cg_broadcast *shape, int32_t relation, const uint8_t *input1, const uint8_t *input2,
                   uint8_t *output) {
    CG_BROADCAST(shape, uint8_t, input1, uint8_t, input2, output, CG_HOLDS(relation, a, b));
}
