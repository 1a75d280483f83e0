/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ROUND_F32_H
#define CG_ROUND_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ROUND: the nearest integer, halves to the even one.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::RoundToNearest of TFLite Micro.
 */
void cg_round_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ROUND_F32_H */
