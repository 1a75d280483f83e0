/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FLOAT_H
#define CG_FLOAT_H

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A fused activation; not a number stays what it is. ActivationFunctionWithMinMax of TFLite Micro. */
CG_INLINE float cg_clamp_f32(float value, float low, float high) {
    const float raised = (value < low) ? low : value;
    return (high < raised) ? high : raised;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_FLOAT_H */
