/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REDUCE_MIN_S16_H
#define CG_REDUCE_MIN_S16_H

#include <stdint.h>

#include "cg_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * REDUCE_MIN of int16 over any axes.
 *
 * Bounds and aliasing: those of cg_reduction.
 *
 * Arithmetic: ReduceGeneric of TFLite; TFLite Micro has none of int16.
 */
void cg_reduce_min_s16(const cg_reduction *reduction, const int16_t *input, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_REDUCE_MIN_S16_H */
