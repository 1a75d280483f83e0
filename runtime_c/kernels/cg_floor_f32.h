/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FLOOR_F32_H
#define CG_FLOOR_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FLOOR: the greatest integer that is not above x.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::Floor of TFLite Micro.
 */
void cg_floor_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FLOOR_F32_H */
