/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REDUCE_MAX_S8_H
#define CG_REDUCE_MAX_S8_H

#include <stdint.h>

#include "cg_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * REDUCE_MAX of int8 over any axes.
 *
 * Bounds and aliasing: those of cg_reduction.
 *
 * Arithmetic: EvalMinMaxHelper of TFLite Micro.
 */
void cg_reduce_max_s8(const cg_reduction *reduction, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_REDUCE_MAX_S8_H */
