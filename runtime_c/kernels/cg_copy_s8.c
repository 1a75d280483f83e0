/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_copy_s8.h"

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

void cg_copy_s8(int8_t *to, const int8_t *from, int32_t count) {
    const uint32_t rest = (uint32_t)count % 16u;
    for (uint32_t whole = (uint32_t)count / 16u; whole > 0u; --whole, from += 16, to += 16) {
        vstrbq_s8(to, vldrbq_s8(from));
    }
    if (rest > 0u) {
        const mve_pred16_t lanes = vctp8q(rest);
        vstrbq_p_s8(to, vldrbq_z_s8(from, lanes), lanes);
    }
}

#else

#include <string.h>

void cg_copy_s8(int8_t *to, const int8_t *from, int32_t count) {
    memmove(to, from, (size_t)count);
}

#endif
