/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_S4_H
#define CG_CONV_2D_S4_H

#include <stdint.h>

#include "cg_conv_2d_s8.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8 with weights of 4 bits per output channel.
 *
 *   weights  [output_channels][filter_height][filter_width][filter_channels], two a byte: element 2k is the low half
 *            of byte k
 *
 * Rows, images, arrays, bounds and aliasing: as cg_conv_2d_s8.
 *
 * Arithmetic: reference_integer_ops::ConvPerChannel of TFLite Micro on the unpacked weights.
 */
void cg_conv_2d_s4(const cg_conv_2d_s8_params *params, const cg_rows *input, const uint8_t *weights,
                   const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0, int32_t y1,
                   int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_S4_H */
