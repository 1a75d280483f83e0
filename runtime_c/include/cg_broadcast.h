/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_BROADCAST_H
#define CG_BROADCAST_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Walks over tensors of up to 6 dimensions, any of which may be repeated along dimensions of the output: the
 * innermost dimension as a loop, the others by an index that counts like a clock.
 *
 *   dims     the output's shape, outermost first; unused dimensions (in front) are 1
 *   strides  elements from one position to the next along each dimension; 0 repeats the input
 */
#define CG_RANK 6
#define CG_INNER (CG_RANK - 1)

typedef struct {
    int32_t dims[CG_RANK];
    int32_t strides1[CG_RANK];
    int32_t strides2[CG_RANK];
} cg_broadcast;

/* Goes one position on along the outer dimensions; 0 after the last one, and then index is 0 again. */
CG_INLINE int cg_walk_next(const int32_t *dims, int32_t *index) {
    for (int d = CG_INNER - 1; d >= 0; --d) {
        if (++index[d] < dims[d]) {
            return 1;
        }
        index[d] = 0;
    }
    return 0;
}

/* Elements from the begin of a tensor to the position. */
CG_INLINE int32_t cg_walk_offset(const int32_t *strides, const int32_t *index) {
    int32_t offset = 0;
    for (int d = 0; d < CG_INNER; ++d) {
        offset += index[d] * strides[d];
    }
    return offset;
}

/*
 * *output++ = expression of `a` and `b`, for every element `a` of input1 and `b` of input2, in raster order of the
 * output. shape is a cg_broadcast. Elements are read just before the element of the output is written, so output may
 * be equal to an input that is not repeated.
 */
#define CG_BROADCAST(shape, type1, input1, type2, input2, output, expression)                                          \
    do {                                                                                                               \
        const int32_t cg_count = (shape)->dims[CG_INNER];                                                              \
        const int32_t cg_step1 = (shape)->strides1[CG_INNER];                                                          \
        const int32_t cg_step2 = (shape)->strides2[CG_INNER];                                                          \
        int32_t cg_index[CG_INNER] = {0, 0, 0, 0, 0};                                                                  \
        do {                                                                                                           \
            const type1 *cg_run1 = (input1) + cg_walk_offset((shape)->strides1, cg_index);                             \
            const type2 *cg_run2 = (input2) + cg_walk_offset((shape)->strides2, cg_index);                             \
            for (int32_t cg_i = 0; cg_i < cg_count; ++cg_i) {                                                          \
                const type1 a = cg_run1[cg_i * cg_step1];                                                              \
                const type2 b = cg_run2[cg_i * cg_step2];                                                              \
                *(output)++ = (expression);                                                                            \
            }                                                                                                          \
        } while (cg_walk_next((shape)->dims, cg_index));                                                               \
    } while (0)

/*
 * function(context, run1, step1, run2, step2, count, output) for every run of the innermost dimension: `count` elements
 * of the inputs that are `step` elements apart (0: the same one), to as many of the output.
 */
#define CG_BROADCAST_RUNS(shape, type1, input1, type2, input2, output, function, context)                              \
    do {                                                                                                               \
        const int32_t cg_count = (shape)->dims[CG_INNER];                                                              \
        int32_t cg_index[CG_INNER] = {0, 0, 0, 0, 0};                                                                  \
        do {                                                                                                           \
            const type1 *cg_run1 = (input1) + cg_walk_offset((shape)->strides1, cg_index);                             \
            const type2 *cg_run2 = (input2) + cg_walk_offset((shape)->strides2, cg_index);                             \
            function((context), cg_run1, (shape)->strides1[CG_INNER], cg_run2, (shape)->strides2[CG_INNER], cg_count,  \
                     (output));                                                                                        \
            (output) += cg_count;                                                                                      \
        } while (cg_walk_next((shape)->dims, cg_index));                                                               \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif /* CG_BROADCAST_H */
