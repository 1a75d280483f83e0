/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_NIBBLE_H
#define CG_NIBBLE_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Signed elements of 4 bits, two a byte, as TFLite files hold them: element 2k is the low half of byte k. They follow
 * each other without gaps: a row of an odd count leaves the next one to begin in the high half.
 */
CG_INLINE int32_t cg_low_nibble(uint8_t byte) {
    return (int32_t)(byte & 15U) - (int32_t)((byte & 8U) << 1);
}

CG_INLINE int32_t cg_high_nibble(uint8_t byte) {
    return cg_low_nibble((uint8_t)(byte >> 4));
}

/* Element `index` >= 0. */
CG_INLINE int32_t cg_nibble(const uint8_t *packed, int32_t index) {
    const uint8_t byte = packed[index / 2];
    return (index % 2 != 0) ? cg_high_nibble(byte) : cg_low_nibble(byte);
}

/* Sum of (input[i] + input_offset) * element first + i over count elements. Callers bound count so that it fits. */
CG_INLINE int32_t cg_dot_s4(const int8_t *input, const uint8_t *packed, int32_t first, int32_t count,
                            int32_t input_offset) {
    int32_t sum = 0;
    int32_t i = 0;
    if (first % 2 != 0 && count > 0) {
        sum += ((int32_t)input[i] + input_offset) * cg_nibble(packed, first);
        ++i;
    }
    const uint8_t *pair = packed + (first + i) / 2;
    for (; i + 1 < count; i += 2) {
        sum += ((int32_t)input[i] + input_offset) * cg_low_nibble(*pair);
        sum += ((int32_t)input[i + 1] + input_offset) * cg_high_nibble(*pair);
        ++pair;
    }
    if (i < count) {
        sum += ((int32_t)input[i] + input_offset) * cg_low_nibble(*pair);
    }
    return sum;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_NIBBLE_H */
