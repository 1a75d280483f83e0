/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_TRANSPOSE_CONV_S16_H
#define CG_TRANSPOSE_CONV_S16_H

#include <stdint.h>

#include "cg_rows.h"
#include "cg_transpose_conv_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * TRANSPOSE_CONV of int16 with int8 weights per output channel and sums of 64 bits.
 *
 * Rows, images, arrays and aliasing: as cg_transpose_conv_s8; `output` points to the first element of row y0.
 *
 * Bounds: as cg_transpose_conv_s8; the activation range is one of int16; both offsets are 0 and not read. Less than
 * 2^23 products in a sum; shift in [-31, 7].
 *
 * Arithmetic: reference_integer_ops::TransposeConv of TFLite Micro.
 */
void cg_transpose_conv_s16(const cg_transpose_conv_s8_params *params, const cg_rows *input, const int8_t *weights,
                           const int64_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0, int32_t y1,
                           int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_TRANSPOSE_CONV_S16_H */
