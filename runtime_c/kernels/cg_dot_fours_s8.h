/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DOT_FOURS_S8_H
#define CG_DOT_FOURS_S8_H

#include <stdint.h>

#include "cg_tile_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Adds input[i] * weights[k * step + i], i < count, to sums[k] for k < 4. Sums wrap at 32 bits.
 *
 * Bounds: count >= 1. No alignment but that of sums is needed.
 *
 * Aliasing: sums overlap nothing.
 */
void cg_dot_fours_s8(int32_t *sums, const int8_t *input, const int8_t *weights, int32_t step, int32_t count);

#ifdef __cplusplus
}
#endif

#endif /* CG_DOT_FOURS_S8_H */
