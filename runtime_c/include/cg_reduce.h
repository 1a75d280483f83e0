/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REDUCE_H
#define CG_REDUCE_H

#include <stdint.h>

#include "cg_broadcast.h"
#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A reduction over any axes, as two walks over the input: over the first elements of each output, and from there over
 * all that one output is made of, both in raster order.
 *
 *   kept_dims, reduced_dims  positions along each dimension, outermost first; unused ones (in front) are 1
 *   *_strides                elements from one position to the next
 *
 * Bounds: dimensions >= 1; output has the product of kept_dims elements.
 *
 * Aliasing: output must not overlap input, except that it may begin at the same address if the reduced dimensions are
 * the innermost ones.
 */
typedef struct {
    int32_t kept_dims[CG_RANK];
    int32_t kept_strides[CG_RANK];
    int32_t reduced_dims[CG_RANK];
    int32_t reduced_strides[CG_RANK];
} cg_reduction;

/* statement for every `value` of one output, the first of which is first[0]. */
#define CG_REDUCE_ONE(reduction, type, first, statement)                                                               \
    do {                                                                                                               \
        const int32_t cg_count = (reduction)->reduced_dims[CG_INNER];                                                  \
        const int32_t cg_step = (reduction)->reduced_strides[CG_INNER];                                                \
        int32_t cg_within[CG_INNER] = {0, 0, 0, 0, 0};                                                                 \
        do {                                                                                                           \
            const type *cg_run = (first) + cg_walk_offset((reduction)->reduced_strides, cg_within);                    \
            for (int32_t cg_i = 0; cg_i < cg_count; ++cg_i) {                                                          \
                const type value = cg_run[cg_i * cg_step];                                                             \
                statement;                                                                                             \
            }                                                                                                          \
        } while (cg_walk_next((reduction)->reduced_dims, cg_within));                                                  \
    } while (0)

/* *output++ = result_expression, for every output: `result` begins as `initial`, then statement for every `value`. */
#define CG_REDUCE(reduction, type, input, accumulator, initial, statement, output, result_expression)                  \
    do {                                                                                                               \
        int32_t cg_index[CG_INNER] = {0, 0, 0, 0, 0};                                                                  \
        do {                                                                                                           \
            for (int32_t cg_k = 0; cg_k < (reduction)->kept_dims[CG_INNER]; ++cg_k) {                                  \
                const type *cg_first = (input) + cg_walk_offset((reduction)->kept_strides, cg_index) +                 \
                                       cg_k * (reduction)->kept_strides[CG_INNER];                                     \
                accumulator result = (initial);                                                                        \
                CG_REDUCE_ONE(reduction, type, cg_first, statement);                                                   \
                *(output)++ = (result_expression);                                                                     \
            }                                                                                                          \
        } while (cg_walk_next((reduction)->kept_dims, cg_index));                                                      \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif /* CG_REDUCE_H */
