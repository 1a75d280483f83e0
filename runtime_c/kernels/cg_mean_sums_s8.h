/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MEAN_SUMS_S8_H
#define CG_MEAN_SUMS_S8_H

#include <stdint.h>

#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * MEAN and SUM of int8 over the height, or over height and width, of one image.
 *
 * The input comes row by row: every call adds the rows [y0, y1) to the sums in `scratch`. The call with y0 == 0
 * begins them, the one with y1 == input->height writes the output; calls are in order and leave no row out.
 *
 *   width    pixels of a row that are summed up: 1 where only the height is reduced
 *   values   what is left of a row
 *   scratch  int32_t [values]
 *   output   [values]
 *
 * sum_offset is the number of terms * -(zero point of the input), wrapped; multiplier and shift are those of
 * cg_mean_s8_params. Bounds: those of cg_mean_s8.
 *
 * Aliasing: nothing overlaps, but the output may lie over rows that are not read any more.
 *
 * Arithmetic: that of cg_mean_s8; sums do not depend on the order of their terms.
 */
typedef struct {
    int32_t width;
    int32_t values;
    int32_t sum_offset;
    int32_t output_offset;
    int32_t multiplier;
    int32_t shift;
} cg_mean_sums_s8_params;

void cg_mean_sums_s8(const cg_mean_sums_s8_params *params, const cg_rows *input, int32_t y0, int32_t y1, void *scratch,
                     int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MEAN_SUMS_S8_H */
