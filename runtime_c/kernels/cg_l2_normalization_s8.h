/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_L2_NORMALIZATION_S8_H
#define CG_L2_NORMALIZATION_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * L2_NORMALIZATION of int8 over the innermost dimension, to scale 1/128 and zero point 0: input and output are
 * [rows][row_size].
 *
 * Bounds: rows >= 0; row_size in [1, 33025], so that the sum of squares fits; input_offset in [-127, 128].
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_integer_ops::L2Normalization of TFLite Micro.
 */
void cg_l2_normalization_s8(int32_t rows, int32_t row_size, int32_t input_offset, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_L2_NORMALIZATION_S8_H */
