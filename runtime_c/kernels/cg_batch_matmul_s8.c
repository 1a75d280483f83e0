/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_batch_matmul_s8.h"

#include "cg_requantize.h"

void cg_batch_matmul_s8(const cg_batch_matmul_shape *shape, int32_t lhs_offset, int32_t rhs_offset, int32_t multiplier,
                        int32_t shift, int32_t output_offset, const int8_t *lhs, const int8_t *rhs, int8_t *output) {
    const int32_t inner = shape->batches[2];
    const int32_t batches = shape->batches[0] * shape->batches[1] * inner;
    for (int32_t batch = 0; batch < batches; ++batch) {
        const int32_t b0 = batch / (shape->batches[1] * inner);
        const int32_t b1 = batch / inner % shape->batches[1];
        const int32_t b2 = batch % inner;
        const int8_t *left = lhs + b0 * shape->lhs_batch[0] + b1 * shape->lhs_batch[1] + b2 * shape->lhs_batch[2];
        const int8_t *right = rhs + b0 * shape->rhs_batch[0] + b1 * shape->rhs_batch[1] + b2 * shape->rhs_batch[2];
        for (int32_t row = 0; row < shape->rows; ++row) {
            for (int32_t column = 0; column < shape->columns; ++column) {
                const int8_t *a = left + row * shape->lhs_row;
                const int8_t *b = right + column * shape->rhs_column;
                int32_t sum = 0;
                for (int32_t i = 0; i < shape->depth; ++i) {
                    sum += ((int32_t)*a + lhs_offset) * ((int32_t)*b + rhs_offset);
                    a += shape->lhs_step;
                    b += shape->rhs_step;
                }
                *output++ = cg_requantize_s8(sum, multiplier, shift, output_offset, INT8_MIN, INT8_MAX);
            }
        }
    }
}
