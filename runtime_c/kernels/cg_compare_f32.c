/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_compare_f32.h"

#include "cg_relation.h"

void cg_compare_f32(const cg_broadcast *shape, int32_t relation, const float *input1, const float *input2,
                    uint8_t *output) {
    CG_BROADCAST(shape, float, input1, float, input2, output, CG_HOLDS(relation, a, b));
}
