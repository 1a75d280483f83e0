/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_prelu_s16.h"

void cg_prelu_s16(const cg_broadcast *shape, const cg_prelu_params *params, const int16_t *input1, const int8_t *input2,
                  int16_t *output) {
    /* A copy that no store through output can change, so that it stays in registers. */
    const cg_prelu_params local = *params;

    CG_BROADCAST(shape, int16_t, input1, int8_t, input2, output,
                 (int16_t)cg_clamp_s32(cg_prelu_element(&local, a, b), -32768, 32767));
}
