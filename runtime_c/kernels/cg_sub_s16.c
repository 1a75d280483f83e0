/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_sub_s16.h"

void cg_sub_s16(const cg_broadcast *shape, const cg_sum_params *params, const int16_t *input1, const int16_t *input2,
                int16_t *output) {
    /* A copy that no store through output can change, so that it stays in registers. */
    const cg_sum_params local = *params;

    CG_BROADCAST(shape, int16_t, input1, int16_t, input2, output, (int16_t)cg_difference_element(&local, a, b));
}
