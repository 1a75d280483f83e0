/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_SMALL_S8_H
#define CG_CONV_2D_SMALL_S8_H

#include <stdint.h>

#include "cg_small_conv_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * cg_small_conv_s8.h says what it computes.
 *
 *   weights  [output_channels][filter_height][filter_width][input_channels] as the model has them, each filter filled
 *            up to a multiple of 4 bytes
 */
void cg_conv_2d_small_s8(const cg_conv_2d_small_params *params, const cg_rows *input, const int8_t *weights,
                         const int32_t *channels, int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_SMALL_S8_H */
