/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_BATCH_MATMUL_TWIN_H
#define CG_BATCH_MATMUL_TWIN_H

/* CMSIS-NN's dimensions of a batch matmul as those of the kernels. */

#include "arm_nn_types.h"
#include "cg_batch_matmul_s8.h"
#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

CG_INLINE cg_batch_matmul_shape cg_twin_batch_matmul(const cmsis_nn_dims *lhs, const cmsis_nn_dims *rhs,
                                                     const cmsis_nn_dims *output) {
    const int32_t lhs_size = lhs->w * lhs->c;
    const int32_t rhs_size = rhs->w * rhs->c;
    cg_batch_matmul_shape shape;
    shape.batches[0] = 1;
    shape.batches[1] = output->n;
    shape.batches[2] = output->h;
    shape.lhs_batch[0] = 0;
    shape.lhs_batch[1] = lhs->n > 1 ? lhs->h * lhs_size : 0;
    shape.lhs_batch[2] = lhs->h > 1 ? lhs_size : 0;
    shape.rhs_batch[0] = 0;
    shape.rhs_batch[1] = rhs->n > 1 ? rhs->h * rhs_size : 0;
    shape.rhs_batch[2] = rhs->h > 1 ? rhs_size : 0;
    shape.rows = lhs->w;
    shape.depth = lhs->c;
    shape.columns = rhs->w;
    shape.lhs_row = lhs->c;
    shape.lhs_step = 1;
    shape.rhs_column = rhs->c;
    shape.rhs_step = 1;
    return shape;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_BATCH_MATMUL_TWIN_H */
