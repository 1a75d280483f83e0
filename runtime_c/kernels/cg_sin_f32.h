/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIN_F32_H
#define CG_SIN_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SIN of radians.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: SinEval of TFLite Micro.
 */
void cg_sin_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIN_F32_H */
