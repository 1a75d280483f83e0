/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_GELU_F32_H
#define CG_GELU_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * GELU: x times the normal distribution's probability of less than x.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::GeluTransform of TFLite; TFLite Micro has no GELU.
 */
void cg_gelu_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_GELU_F32_H */
