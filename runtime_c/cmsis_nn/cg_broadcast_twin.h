/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_BROADCAST_TWIN_H
#define CG_BROADCAST_TWIN_H

/* CMSIS-NN's dimensions of two inputs as a walk over them. */

#include "arm_nn_types.h"
#include "cg_broadcast.h"
#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

CG_INLINE void cg_twin_strides(const cmsis_nn_dims *dims, int32_t *strides) {
    const int32_t sizes[4] = {dims->n, dims->h, dims->w, dims->c};
    int32_t step = 1;
    strides[0] = 0;
    strides[1] = 0;
    for (int d = 3; d >= 0; --d) {
        strides[CG_RANK - 4 + d] = sizes[d] > 1 ? step : 0;
        step *= sizes[d];
    }
}

CG_INLINE cg_broadcast cg_twin_broadcast(const cmsis_nn_dims *input1, const cmsis_nn_dims *input2,
                                         const cmsis_nn_dims *output) {
    cg_broadcast shape;
    shape.dims[0] = 1;
    shape.dims[1] = 1;
    shape.dims[2] = output->n;
    shape.dims[3] = output->h;
    shape.dims[4] = output->w;
    shape.dims[5] = output->c;
    cg_twin_strides(input1, shape.strides1);
    cg_twin_strides(input2, shape.strides2);
    return shape;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_BROADCAST_TWIN_H */
