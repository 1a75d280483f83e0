/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DOT_S16_MVE_H
#define CG_DOT_S16_MVE_H

#include <stdint.h>

#include "cg_config.h"

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

#ifdef __cplusplus
extern "C" {
#endif

/* `sum` and input[i] * weights[i], i < count: VMLALDAVA adds eight products to 64 bits. */
CG_INLINE int64_t cg_dot_s16(int64_t sum, const int16_t *input, const int8_t *weights, int32_t count) {
    for (; count >= 8; count -= 8, input += 8, weights += 8) {
        sum = vmlaldavaq_s16(sum, vldrhq_s16(input), vldrbq_s16(weights));
    }
    if (count > 0) {
        const mve_pred16_t lanes = vctp16q((uint32_t)count);
        sum = vmlaldavaq_p_s16(sum, vldrhq_z_s16(input, lanes), vldrbq_z_s16(weights, lanes), lanes);
    }
    return sum;
}

#ifdef __cplusplus
}
#endif

#endif

#endif /* CG_DOT_S16_MVE_H */
