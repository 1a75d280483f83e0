/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CEIL_F32_H
#define CG_CEIL_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CEIL: the least integer that is not below x.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::Ceil of TFLite Micro.
 */
void cg_ceil_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CEIL_F32_H */
