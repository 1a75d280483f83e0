/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LOG_SOFTMAX_F32_H
#define CG_LOG_SOFTMAX_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * LOG_SOFTMAX of float over the innermost dimension: input and output are [rows][row_size].
 *
 * Bounds: rows >= 0; row_size >= 1.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::LogSoftmax of TFLite Micro, added and subtracted in the same order.
 */
void cg_log_softmax_f32(int32_t rows, int32_t row_size, const float *input, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LOG_SOFTMAX_F32_H */
