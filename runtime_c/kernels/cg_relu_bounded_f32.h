/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RELU_BOUNDED_F32_H
#define CG_RELU_BOUNDED_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * RELU6, RELU_N1_TO_1, RELU_0_TO_1: x in [low, high]; not a number stays what it is.
 *
 * Bounds: low <= high.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: Relu6Float of TFLite Micro; reference_ops::Relu1 and Relu0To1 of TFLite.
 */
void cg_relu_bounded_f32(float low, float high, const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_RELU_BOUNDED_F32_H */
