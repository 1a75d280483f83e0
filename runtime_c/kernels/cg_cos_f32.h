/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_COS_F32_H
#define CG_COS_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * COS of radians.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: CosEval of TFLite Micro.
 */
void cg_cos_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_COS_F32_H */
