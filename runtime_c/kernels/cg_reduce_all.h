/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REDUCE_ALL_H
#define CG_REDUCE_ALL_H

#include <stdint.h>

#include "cg_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * REDUCE_ALL of bool over any axes.
 *
 * Bounds and aliasing: those of cg_reduction.
 *
 * Arithmetic: EvalAllHelper of TFLite Micro.
 */
void cg_reduce_all(const cg_reduction *reduction, const uint8_t *input, uint8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_REDUCE_ALL_H */
