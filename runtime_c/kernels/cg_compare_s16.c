/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_compare_s16.h"

#include "cg_relation.h"

void cg_compare_s16(const cg_broadcast *shape, const cg_sum_params *params, int32_t relation, const int16_t *input1,
                    const int16_t *input2, uint8_t *output) {
    /* A copy that no store through output can change, so that it stays in registers. */
    const cg_sum_params local = *params;

    CG_BROADCAST(shape, int16_t, input1, int16_t, input2, output,
                 CG_HOLDS(relation, cg_sum_input1(&local, a), cg_sum_input2(&local, b)));
}
