/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONV_2D_PAIRS_S8_H
#define CG_CONV_2D_PAIRS_S8_H

#include <stdint.h>

#include "cg_conv_2d_tiles_s8.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/* cg_conv_2d_tiles_s8.h says what it computes; weights of two channels share an int16, as cg_pairs_tile_s8.h says. */
void cg_conv_2d_pairs_s8(const cg_conv_2d_tiles_params *params, const cg_rows *input, const int32_t *stream, int32_t y0,
                         int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CONV_2D_PAIRS_S8_H */
