/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_fill_elements.h"

#include <stddef.h>
#include <string.h>

void cg_fill_elements(const void *value, int32_t element_bytes, int32_t count, void *output) {
    if (element_bytes == 1) {
        memset(output, *(const uint8_t *)value, (size_t)count);
        return;
    }
    for (int32_t i = 0; i < count; ++i) {
        memcpy((uint8_t *)output + (ptrdiff_t)i * element_bytes, value, (size_t)element_bytes);
    }
}
