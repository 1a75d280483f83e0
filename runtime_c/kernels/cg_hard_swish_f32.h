/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_HARD_SWISH_F32_H
#define CG_HARD_SWISH_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * HARD_SWISH: x * min(max(x + 3, 0), 6) / 6.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::HardSwish<float> of TFLite Micro.
 */
void cg_hard_swish_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_HARD_SWISH_F32_H */
