/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_maximum_s64.h"

void cg_maximum_s64(const cg_broadcast *shape, const int64_t *input1, const int64_t *input2, int64_t *output) {
    CG_BROADCAST(shape, int64_t, input1, int64_t, input2, output, (a > b) ? a : b);
}
