/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_copy_s8.h"

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

void cg_copy_s8(int8_t *to, const int8_t *from, int32_t count) {
    for (int32_t whole = count / 16; whole > 0; --whole, from += 16, to += 16) {
        vstrbq_s8(to, vldrbq_s8(from));
    }
    if (count % 16 > 0) {
        const mve_pred16_t lanes = vctp8q((uint32_t)(count % 16));
        vstrbq_p_s8(to, vldrbq_z_s8(from, lanes), lanes);
    }
}

#else

#include <string.h>

void cg_copy_s8(int8_t *to, const int8_t *from, int32_t count) {
    memmove(to, from, (size_t)count);
}

#endif
