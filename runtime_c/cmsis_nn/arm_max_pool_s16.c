/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_cmsis_nn_twin.h"
#include "cg_max_pool_2d_s16.h"

arm_cmsis_nn_status arm_max_pool_s16(const cmsis_nn_context *ctx, const cmsis_nn_pool_params *pool_params,
                                     const cmsis_nn_dims *input_dims, const int16_t *src,
                                     const cmsis_nn_dims *filter_dims, const cmsis_nn_dims *output_dims, int16_t *dst) {
    const cg_pool_2d_s16_params params = cg_twin_pool_params(pool_params, input_dims, filter_dims, output_dims);
    const cg_rows rows = cg_tensor_rows(src, input_dims->h, 2 * input_dims->w * input_dims->c);
    (void)ctx;
    if (input_dims->n < 1) {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    cg_max_pool_2d_s16(&params, &rows, 0, output_dims->h, dst);
    return ARM_CMSIS_NN_SUCCESS;
}
