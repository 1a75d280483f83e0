/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_S16_B64_H
#define CG_DEPTHWISE_CONV_2D_S16_B64_H

#include <stdint.h>

#include "cg_depthwise_conv_2d_s8.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEPTHWISE_CONV_2D of int16 with int8 weights per output channel and sums of 64 bits.
 *
 * Rows, images, arrays and aliasing: as cg_depthwise_conv_2d_s8; `output` points to the first element of row y0.
 *
 * Bounds: as cg_depthwise_conv_2d_s8, but offsets and activation range are those of int16. Less than 2^23 products in a
 * sum; shift in [-31, 7].
 *
 * Arithmetic: reference_integer_ops::DepthwiseConvPerChannel of TFLite Micro.
 */
void cg_depthwise_conv_2d_s16_b64(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *input,
                                  const int8_t *weights, const int64_t *bias, const int32_t *multiplier,
                                  const int32_t *shift, int32_t y0, int32_t y1, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_S16_B64_H */
