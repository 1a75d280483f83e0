/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_CLUSTERED_S8_H
#define CG_CONV_2D_CLUSTERED_S8_H

#include <stdint.h>

#include "cg_small_conv_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * cg_small_conv_s8.h says what it computes, here by weights of at most 16 different values, as indices of 4 bits.
 *
 *   weights  for each output channel the filter [filter_height][filter_width][input_channels], filled up to a multiple
 *            of 4; of every four weights two bytes: index of the first (low half) and third, of the second and fourth.
 *            What fills up is multiplied by 0, whatever its index
 *   table    the 16 values
 *   scratch  the 1,024 bytes behind those of cg_small_conv_s8 are for pairs of values, with the DSP extension
 */
void cg_conv_2d_clustered_s8(const cg_conv_2d_small_params *params, const cg_rows *input, const uint8_t *weights,
                             const int8_t *table, const int32_t *channels, int32_t y0, int32_t y1, void *scratch,
                             int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_CLUSTERED_S8_H */
