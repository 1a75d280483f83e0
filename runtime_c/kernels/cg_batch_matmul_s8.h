/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_BATCH_MATMUL_S8_H
#define CG_BATCH_MATMUL_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * BATCH_MATMUL: in each batch, a matrix of rows x depth times one of depth x columns, either of which may lie in memory
 * the other way round.
 *
 *   batches     up to three loops over batches, outermost first; unused ones (in front) are 1
 *   lhs_batch   elements of the left operand from one batch to the next of each loop; 0 repeats
 *   rhs_batch   the same of the right operand
 *   lhs_row     elements from one row to the next, lhs_step from one term of a sum to the next
 *   rhs_column  elements from one column to the next, rhs_step from one term of a sum to the next
 */
typedef struct {
    int32_t batches[3];
    int32_t lhs_batch[3];
    int32_t rhs_batch[3];
    int32_t rows;
    int32_t depth;
    int32_t columns;
    int32_t lhs_row;
    int32_t lhs_step;
    int32_t rhs_column;
    int32_t rhs_step;
} cg_batch_matmul_shape;

/*
 * BATCH_MATMUL of int8. The output is [batches][rows][columns].
 *
 * Bounds: dimensions >= 1; lhs_offset and rhs_offset in [-127, 128], output_offset in [-128, 127]; depth <= 33025, so
 * that sums fit 32 bits. A positive shift is a left shift.
 *
 * Aliasing: the output overlaps neither operand, which may be one.
 *
 * Arithmetic: TFLite 8-bit quantization specification; reference_ops::BatchMatMul of TFLite Micro.
 */
void cg_batch_matmul_s8(const cg_batch_matmul_shape *shape, int32_t lhs_offset, int32_t rhs_offset, int32_t multiplier,
                        int32_t shift, int32_t output_offset, const int8_t *lhs, const int8_t *rhs, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_BATCH_MATMUL_S8_H */
