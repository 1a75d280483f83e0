/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_circular_buffer.h"

#include <stddef.h>
#include <string.h>

void cg_circular_buffer(const int8_t *input, int32_t slots, int32_t frame, int32_t cycles, int8_t *output,
                        int32_t *count, uint8_t *is_due) {
    const size_t kept = (size_t)(slots - 1) * (size_t)frame;

    memmove(output, output + frame, kept);
    memcpy(output + kept, input, (size_t)frame);
    if (cycles > 1) {
        *count = (*count + 1 < cycles) ? *count + 1 : 0;
        *is_due = (*count == 0) ? 1U : 0U;
    }
}
