/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_add_table_s8.h"

#include <string.h>

#include "cg_dsp.h"

/* h of a sum without the correction. */
CG_INLINE int32_t cg_add_scaled(int32_t sum, int32_t multiplier, int32_t offset) {
#if CG_DSP
    int32_t result;
    __asm__("smmla %0, %1, %2, %3" : "=r"(result) : "r"(sum), "r"(multiplier), "r"(offset));
    return result;
#else
    return (int32_t)(((int64_t)sum * (int64_t)multiplier) >> 32) + offset;
#endif
}

CG_INLINE int8_t cg_add_saturated(int32_t value) {
#if CG_DSP
    int32_t result;
    __asm__("ssat %0, #8, %1" : "=r"(result) : "r"(value));
    return (int8_t)result;
#else
    return (int8_t)(value < -128 ? -128 : (value > 127 ? 127 : value));
#endif
}

/* The element in the byte of both words that `bit` begins. */
#define CG_ADD_ONE(bit)                                                                                                \
    do {                                                                                                               \
        const int32_t sum =                                                                                            \
            (int32_t)((uint32_t)table[(others >> (bit)) & 0xFFu] + ((uint32_t)(int8_t)(plains >> (bit)) << 21));       \
        int32_t h = cg_add_scaled(sum, multiplier, offset);                                                            \
        if (linear != 0) {                                                                                             \
            h += (sum >> 31) * 2;                                                                                      \
        }                                                                                                              \
        output[(bit) / 8] = cg_add_saturated(h >> shift);                                                              \
    } while (0)

/* `linear` is a constant in each of the two calls: no test remains in the loop. */
CG_INLINE void cg_add_table_elements(const cg_add_table_s8_params *params, const int32_t *table, const int8_t *plain,
                                     const int8_t *other, int32_t count, int8_t *output, int32_t linear) {
    const int32_t multiplier = params->multiplier;
    const int32_t offset = params->offset;
    const int32_t shift = params->shift;
    for (; count >= 4; count -= 4) {
#if CG_DSP
        uint32_t plains;
        uint32_t others;
        memcpy(&plains, plain, sizeof(plains));
        memcpy(&others, other, sizeof(others));
#else
        const uint32_t plains = (uint32_t)(uint8_t)plain[0] | ((uint32_t)(uint8_t)plain[1] << 8) |
                                ((uint32_t)(uint8_t)plain[2] << 16) | ((uint32_t)(uint8_t)plain[3] << 24);
        const uint32_t others = (uint32_t)(uint8_t)other[0] | ((uint32_t)(uint8_t)other[1] << 8) |
                                ((uint32_t)(uint8_t)other[2] << 16) | ((uint32_t)(uint8_t)other[3] << 24);
#endif
        CG_ADD_ONE(0);
        CG_ADD_ONE(8);
        CG_ADD_ONE(16);
        CG_ADD_ONE(24);
        plain += 4;
        other += 4;
        output += 4;
    }
    for (; count > 0; --count) {
        const uint32_t plains = (uint8_t)*plain++;
        const uint32_t others = (uint8_t)*other++;
        CG_ADD_ONE(0);
        ++output;
    }
}

void cg_add_table_s8(const cg_add_table_s8_params *params, const int32_t *table, const int8_t *plain,
                     const int8_t *other, int32_t count, int8_t *output) {
    if (params->linear != 0) {
        cg_add_table_elements(params, table, plain, other, count, output, 1);
    } else {
        cg_add_table_elements(params, table, plain, other, count, output, 0);
    }
    if (params->activation_min > -128 || params->activation_max < 127) {
        for (int32_t i = 0; i < count; ++i) {
            const int32_t value = output[i] < params->activation_min ? params->activation_min : output[i];
            output[i] = (int8_t)(value > params->activation_max ? params->activation_max : value);
        }
    }
}
