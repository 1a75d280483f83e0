/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_logical_not.h"

void cg_logical_not(const uint8_t *input, int32_t count, uint8_t *output) {
    for (int32_t i = 0; i < count; ++i) {
        output[i] = (uint8_t)(input[i] == 0);
    }
}
