/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_SUMS_S8_H
#define CG_CONV_2D_SUMS_S8_H

#include <stdint.h>

#include "cg_conv_2d_s8.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CONV_2D of int8 with int8 weights per output channel, whose output is one row.
 *
 * The input comes row by row: every call adds the rows [y0, y1) to the sums in `scratch`. The call with y0 == 0
 * begins them, the one with y1 == input->height writes the output; calls are in order and leave no row out.
 *
 *   scratch  int32_t [output_width][output_channels]
 *   output   [output_width][output_channels]
 *
 * Everything else is as cg_conv_2d_s8 says, with one image.
 *
 * Aliasing: nothing overlaps, but the output may lie over rows that are not read any more.
 *
 * Arithmetic: that of cg_conv_2d_s8; sums do not depend on the order of their terms.
 */
void cg_conv_2d_sums_s8(const cg_conv_2d_s8_params *params, const cg_rows *input, const int8_t *weights,
                        const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int32_t y0, int32_t y1,
                        void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_SUMS_S8_H */
