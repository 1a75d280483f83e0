/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_maximum_s8.h"

#include "cg_extremum_s8.h"

void cg_maximum_s8(const cg_broadcast *shape, const int8_t *input1, const int8_t *input2, int8_t *output) {
    CG_BROADCAST_RUNS(shape, int8_t, input1, int8_t, input2, output, cg_extremum_run, 1);
}
