/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_copy_strided.h"

#include <stddef.h>
#include <string.h>

void cg_copy_strided(const void *input, int32_t input_pitch, int32_t rows, int32_t row_bytes, void *output,
                     int32_t output_pitch) {
    /* Addresses are computed per row: a pointer past the last row may lie outside of the buffer. */
    for (int32_t row = 0; row < rows; ++row) {
        memmove((uint8_t *)output + (ptrdiff_t)row * output_pitch,
                (const uint8_t *)input + (ptrdiff_t)row * input_pitch, (size_t)row_bytes);
    }
}
