/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_compare_s64.h"

#include "cg_relation.h"

void cg_compare_s64(const cg_broadcast *shape, int32_t relation, const int64_t *input1, const int64_t *input2,
                    uint8_t *output) {
    CG_BROADCAST(shape, int64_t, input1, int64_t, input2, output, CG_HOLDS(relation, a, b));
}
