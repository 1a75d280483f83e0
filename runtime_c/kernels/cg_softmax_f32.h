/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SOFTMAX_F32_H
#define CG_SOFTMAX_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SOFTMAX of float over the innermost dimension: input and output are [rows][row_size].
 *
 * Bounds: rows >= 0; row_size >= 1.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::Softmax of TFLite Micro, added and divided in the same order.
 */
void cg_softmax_f32(int32_t rows, int32_t row_size, float beta, const float *input, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SOFTMAX_F32_H */
