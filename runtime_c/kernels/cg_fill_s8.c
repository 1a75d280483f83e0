/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_fill_s8.h"

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

void cg_fill_s8(int8_t *to, int32_t value, int32_t count) {
    for (; count > 0; count -= 16, to += 16) {
        vstrbq_p_s8(to, vdupq_n_s8((int8_t)value), vctp8q((uint32_t)count));
    }
}

#else

#include <string.h>

void cg_fill_s8(int8_t *to, int32_t value, int32_t count) {
    memset(to, value, (size_t)count);
}

#endif
