/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RELU_F32_H
#define CG_RELU_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * RELU: max(x, 0); not a number stays what it is.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: ReluFloat of TFLite Micro.
 */
void cg_relu_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_RELU_F32_H */
