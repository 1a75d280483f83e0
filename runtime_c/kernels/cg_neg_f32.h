/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_NEG_F32_H
#define CG_NEG_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * NEG: -x.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::Negate of TFLite Micro.
 */
void cg_neg_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_NEG_F32_H */
