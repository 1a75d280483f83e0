/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_EXP_F32_H
#define CG_EXP_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * EXP: e^x.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::Exp of TFLite Micro.
 */
void cg_exp_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_EXP_F32_H */
