/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SQRT_F32_H
#define CG_SQRT_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SQRT; not a number where x < 0.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: SqrtEval of TFLite Micro.
 */
void cg_sqrt_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SQRT_F32_H */
