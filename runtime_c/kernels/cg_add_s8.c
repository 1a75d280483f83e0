/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_add_s8.h"

#include "cg_add_element_s8.h"

void cg_add_s8(const cg_add_s8_params *params, const int8_t *input1, const int8_t *input2, int32_t count,
               int8_t *output) {
    /* A copy that no store through output can change, so that it stays in registers. */
    const cg_add_s8_params local = *params;

    for (int32_t i = 0; i < count; ++i) {
        output[i] = cg_add_element_s8(&local, input1[i], input2[i]);
    }
}
