/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ELU_F32_H
#define CG_ELU_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ELU: x where x >= 0, else e^x - 1.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::Elu of TFLite Micro.
 */
void cg_elu_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ELU_F32_H */
