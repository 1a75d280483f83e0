/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_reduce_max_s16.h"

void cg_reduce_max_s16(const cg_reduction *reduction, const int16_t *input, int16_t *output) {
    CG_REDUCE(reduction, int16_t, input, int16_t, INT16_MIN, result = (value > result) ? value : result, output,
              result);
}
