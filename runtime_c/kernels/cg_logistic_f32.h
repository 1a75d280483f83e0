/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LOGISTIC_F32_H
#define CG_LOGISTIC_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * LOGISTIC: 1 / (1 + e^-x).
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::Logistic of TFLite Micro.
 */
void cg_logistic_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LOGISTIC_F32_H */
