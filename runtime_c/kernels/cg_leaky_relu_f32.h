/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LEAKY_RELU_F32_H
#define CG_LEAKY_RELU_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * LEAKY_RELU: x where x > 0, else alpha * x.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::LeakyRelu of TFLite Micro.
 */
void cg_leaky_relu_f32(float alpha, const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LEAKY_RELU_F32_H */
