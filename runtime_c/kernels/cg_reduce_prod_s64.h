/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REDUCE_PROD_S64_H
#define CG_REDUCE_PROD_S64_H

#include <stdint.h>

#include "cg_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * REDUCE_PROD of int64 over any axes. Overflow wraps.
 *
 * Bounds and aliasing: those of cg_reduction.
 *
 * Arithmetic: reference_ops::ReduceGeneric of LiteRT.
 */
void cg_reduce_prod_s64(const cg_reduction *reduction, const int64_t *input, int64_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_REDUCE_PROD_S64_H */
