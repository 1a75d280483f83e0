/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_WRAPPING_H
#define CG_WRAPPING_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Arithmetic modulo 2^32, and division without the two cases that C leaves undefined. */

CG_INLINE int32_t cg_wrapping_subtract(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

CG_INLINE int32_t cg_wrapping_multiply(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a * (uint32_t)b);
}

/* a / b towards 0; a / 0 is 0, as Arm's division instruction has it, and -2^31 / -1 wraps to -2^31. */
CG_INLINE int32_t cg_wrapping_divide(int32_t a, int32_t b) {
    if (b == 0) {
        return 0;
    }
    return (b == -1) ? cg_wrapping_subtract(0, a) : a / b;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_WRAPPING_H */
