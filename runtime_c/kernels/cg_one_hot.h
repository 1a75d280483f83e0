/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ONE_HOT_H
#define CG_ONE_HOT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ONE_HOT: a new dimension, in which `on` stands where the number says, `off` elsewhere.
 *
 *   outer          product of the dimensions before the new one
 *   depth          extent of the new one
 *   inner          product of the dimensions behind it
 *   index_bytes    4 or 8: bytes of a number
 *   element_bytes  1, 2, 4 or 8: bytes of an element
 *   indices        [outer, inner]
 *   on, off        one element each
 *   output         [outer, depth, inner]
 *
 * Bounds: all numbers of params >= 1. An index outside [0, depth) names no position.
 *
 * Aliasing: output must not overlap any input.
 *
 * Source: OneHotCompute of LiteRT. Only bytes are copied, so all types are alike.
 */
typedef struct {
    int32_t outer;
    int32_t depth;
    int32_t inner;
    int32_t index_bytes;
    int32_t element_bytes;
} cg_one_hot_params;

void cg_one_hot(const cg_one_hot_params *params, const void *indices, const void *on, const void *off, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ONE_HOT_H */
