/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_SPARSE_S8_H
#define CG_CONV_2D_SPARSE_S8_H

#include <stdint.h>

#include "cg_small_conv_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * cg_small_conv_s8.h says what it computes, here by filters of which many blocks of four weights are 0 and left out.
 *
 *   weights  for each output channel the filter [filter_height][filter_width][input_channels] in blocks of four: the
 *            number of blocks that are there (low byte, high byte), and of each how many are left out before it and its
 *            four weights
 */
void cg_conv_2d_sparse_s8(const cg_conv_2d_small_params *params, const cg_rows *input, const int8_t *weights,
                          const int32_t *channels, int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_SPARSE_S8_H */
