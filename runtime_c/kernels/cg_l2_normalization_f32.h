/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_L2_NORMALIZATION_F32_H
#define CG_L2_NORMALIZATION_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * L2_NORMALIZATION of float over the innermost dimension: input and output are [rows][row_size]. A norm below 10^-6
 * counts as 10^-6.
 *
 * Bounds: rows >= 0; row_size >= 1.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::L2Normalization of TFLite Micro, added in the same order.
 */
void cg_l2_normalization_f32(int32_t rows, int32_t row_size, const float *input, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_L2_NORMALIZATION_F32_H */
