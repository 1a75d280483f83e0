/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_reduce_all.h"

void cg_reduce_all(const cg_reduction *reduction, const uint8_t *input, uint8_t *output) {
    CG_REDUCE(reduction, uint8_t, input, uint8_t, 1, result = (uint8_t)(result != 0 && value != 0), output, result);
}
