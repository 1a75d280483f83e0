/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_BATCH_MATMUL_H
#define CG_BATCH_MATMUL_H

#include <stdint.h>

#include "cg_batch_matmul_s8.h"
#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Elements from the first batch of an operand to batch `batch` of the output. */
CG_INLINE int32_t cg_batch_begin(const int32_t *batches, const int32_t *strides, int32_t batch) {
    const int32_t outer = batch / batches[2];
    return outer / batches[1] * strides[0] + outer % batches[1] * strides[1] + batch % batches[2] * strides[2];
}

#ifdef __cplusplus
}
#endif

/*
 * *output++ = expression of the sum `sum`, for every output in raster order. The sum is of sum_type: 0, and then plus
 * `term`, an expression of the elements `a` and `b`, for each of the depth in ascending order.
 */
#define CG_BATCH_MATMUL(shape, type, lhs, rhs, sum_type, term, output, expression)                                     \
    do {                                                                                                               \
        const int32_t cg_batches = (shape)->batches[0] * (shape)->batches[1] * (shape)->batches[2];                    \
        for (int32_t cg_batch = 0; cg_batch < cg_batches; ++cg_batch) {                                                \
            const type *cg_left = (lhs) + cg_batch_begin((shape)->batches, (shape)->lhs_batch, cg_batch);              \
            const type *cg_right = (rhs) + cg_batch_begin((shape)->batches, (shape)->rhs_batch, cg_batch);             \
            for (int32_t cg_row = 0; cg_row < (shape)->rows; ++cg_row) {                                               \
                for (int32_t cg_column = 0; cg_column < (shape)->columns; ++cg_column) {                               \
                    const type *cg_a = cg_left + cg_row * (shape)->lhs_row;                                            \
                    const type *cg_b = cg_right + cg_column * (shape)->rhs_column;                                     \
                    sum_type sum = 0;                                                                                  \
                    for (int32_t cg_i = 0; cg_i < (shape)->depth; ++cg_i) {                                            \
                        const type a = cg_a[cg_i * (shape)->lhs_step];                                                 \
                        const type b = cg_b[cg_i * (shape)->rhs_step];                                                 \
                        sum += (term);                                                                                 \
                    }                                                                                                  \
                    *(output)++ = (expression);                                                                        \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    } while (0)

#endif /* CG_BATCH_MATMUL_H */
