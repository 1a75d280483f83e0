/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_lookup_s8.h"

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

void cg_lookup_s8(const int8_t *table, const int8_t *input, int32_t count, int8_t *output) {
    /* As unsigned numbers, bytes with their sign turned over are places in the table. */
    const uint8x16_t signs = vdupq_n_u8(0x80);
    const uint32_t rest = (uint32_t)count % 16u;
    for (uint32_t vectors = (uint32_t)count / 16u; vectors > 0u; --vectors, input += 16, output += 16) {
        vstrbq_s8(output, vldrbq_gather_offset_s8(table, veorq_u8(vldrbq_u8((const uint8_t *)input), signs)));
    }
    if (rest > 0u) {
        const mve_pred16_t lanes = vctp8q(rest);
        const uint8x16_t places = veorq_u8(vldrbq_z_u8((const uint8_t *)input, lanes), signs);
        vstrbq_p_s8(output, vldrbq_gather_offset_z_s8(table, places, lanes), lanes);
    }
}

#else

void cg_lookup_s8(const int8_t *table, const int8_t *input, int32_t count, int8_t *output) {
    const int8_t *const middle = table + 128;
    const int8_t *const last = input + (count & ~3);
    const int8_t *const end = input + count;
    while (input != last) {
        output[0] = middle[input[0]];
        output[1] = middle[input[1]];
        output[2] = middle[input[2]];
        output[3] = middle[input[3]];
        input += 4;
        output += 4;
    }
    while (input != end) {
        *output++ = middle[*input++];
    }
}

#endif
