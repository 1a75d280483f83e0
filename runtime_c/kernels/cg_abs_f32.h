/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ABS_F32_H
#define CG_ABS_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ABS: |x|.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: AbsEval of TFLite Micro.
 */
void cg_abs_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ABS_F32_H */
