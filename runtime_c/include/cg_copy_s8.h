/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_COPY_S8_H
#define CG_COPY_S8_H

#include <stdint.h>

#include "cg_config.h"

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>
#else
#include <string.h>
#endif

/* Short copies and fills where speed counts: vectors in place of library calls. `count` >= 0. */

CG_INLINE void cg_copy_s8(int8_t *to, const int8_t *from, int32_t count) {
#if defined(__ARM_FEATURE_MVE)
    for (int32_t whole = count / 16; whole > 0; --whole, from += 16, to += 16) {
        vstrbq_s8(to, vldrbq_s8(from));
    }
    if (count % 16 > 0) {
        const mve_pred16_t lanes = vctp8q((uint32_t)(count % 16));
        vstrbq_p_s8(to, vldrbq_z_s8(from, lanes), lanes);
    }
#else
    memcpy(to, from, (size_t)count);
#endif
}

CG_INLINE void cg_fill_s8(int8_t *to, int32_t value, int32_t count) {
#if defined(__ARM_FEATURE_MVE)
    const int8x16_t values = vdupq_n_s8((int8_t)value);
    for (; count > 0; count -= 16, to += 16) {
        vstrbq_p_s8(to, values, vctp8q((uint32_t)count));
    }
#else
    memset(to, value, (size_t)count);
#endif
}

/* To a lower address; both may overlap. */
CG_INLINE void cg_move_down_s8(int8_t *to, const int8_t *from, int32_t count) {
#if defined(__ARM_FEATURE_MVE)
    cg_copy_s8(to, from, count); /* in ascending order */
#else
    memmove(to, from, (size_t)count);
#endif
}

#endif /* CG_COPY_S8_H */
