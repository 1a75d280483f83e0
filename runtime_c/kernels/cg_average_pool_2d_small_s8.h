/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_AVERAGE_POOL_2D_SMALL_S8_H
#define CG_AVERAGE_POOL_2D_SMALL_S8_H

#include <stdint.h>

#include "cg_pool_2d.h"
#include "cg_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/* cg_average_pool_2d_s8 in little code: the same contract, bounds, aliasing and arithmetic. */
void cg_average_pool_2d_small_s8(const cg_pool_2d_s8_params *params, const cg_rows *input, int32_t y0, int32_t y1,
                                 int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_AVERAGE_POOL_2D_SMALL_S8_H */
