/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_compare_s16.h"

#include "cg_relation.h"

void cg_compare_s16(const cg_broadcast *shape, int32_t relation, const int16_t *input1, const int16_t *input2,
                    uint8_t *output) {
    CG_BROADCAST(shape, int16_t, input1, int16_t, input2, output, CG_HOLDS(relation, a, b));
}
