/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_PAIRS_S8_H
#define CG_DEPTHWISE_CONV_2D_PAIRS_S8_H

#include <stdint.h>

#include "cg_depthwise_lines.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * cg_depthwise_lines.h says what it computes: windows of 3 x 3 with a stride of 1 or 2 along the lines.
 *
 *   table  weights: for each line of the window the bytes w0, w1, w1, w2 of a word
 *   groups as many as the outputs of a line need
 */
void cg_depthwise_conv_2d_pairs_s8(const cg_depthwise_lines_params *params, const cg_rows *input, const int32_t *table,
                                   int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_PAIRS_S8_H */
