/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FULLY_CONNECTED_SUMS_S8_H
#define CG_FULLY_CONNECTED_SUMS_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FULLY_CONNECTED of int8 with int8 weights over a map, quantized per tensor or per unit.
 *
 * The input comes row by row: every call adds the rows [y0, y1) to the sums in `scratch`. The call with y0 == 0
 * begins them, the one with y1 == input->height writes the output; calls are in order and leave no row out.
 *
 *   weights  [units][height * row_depth]
 *   bias     [units]: the bias plus input_offset * the sum of the unit's weights, wrapped
 *   multiplier, shift  quant_step 0: one value each; quant_step 1: [units]. A positive shift is a left shift.
 *   scratch  int32_t [units]
 *   output   [units]
 *
 * Bounds: those of cg_fully_connected_s8 with filter_offset 0.
 *
 * Aliasing: nothing overlaps, but the output may lie over rows that are not read any more.
 *
 * Arithmetic: that of cg_fully_connected_s8. Sums wrap on the way; what they come to does not.
 */
typedef struct {
    int32_t row_depth;
    int32_t units;
    int32_t output_offset;
    int32_t activation_min;
    int32_t activation_max;
    int32_t quant_step;
} cg_fully_connected_sums_s8_params;

void cg_fully_connected_sums_s8(const cg_fully_connected_sums_s8_params *params, const cg_rows *input,
                                const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                const int32_t *shift, int32_t y0, int32_t y1, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FULLY_CONNECTED_SUMS_S8_H */
