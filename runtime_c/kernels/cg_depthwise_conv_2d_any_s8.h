/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_ANY_S8_H
#define CG_DEPTHWISE_CONV_2D_ANY_S8_H

#include <stdint.h>

#include "cg_depthwise_lines.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * cg_depthwise_lines.h says what it computes: any windows.
 *
 *   table  weights: for each line of the window words of four bytes w0, w2, w1, w3, filled up with zeros
 *   groups counted to a multiple of four outputs and of four weights
 */
void cg_depthwise_conv_2d_any_s8(const cg_depthwise_lines_params *params, const cg_rows *input, const int32_t *table,
                                 int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_ANY_S8_H */
