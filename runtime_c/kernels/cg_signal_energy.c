/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_energy.h"

void cg_signal_energy(const int16_t *input, int32_t first, int32_t end, int32_t count, uint32_t *output) {
    for (int32_t i = 0; i < count; ++i) {
        const int32_t real = input[2 * i];
        const int32_t imaginary = input[2 * i + 1];

        /* Unsigned: both at -2^15 give 2^31. */
        output[i] = (i < first || i >= end) ? 0U : (uint32_t)(real * real) + (uint32_t)(imaginary * imaginary);
    }
}
