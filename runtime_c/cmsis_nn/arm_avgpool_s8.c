/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_average_pool_2d_s8.h"
#include "cg_cmsis_nn_twin.h"
#include "cg_rows.h"

arm_cmsis_nn_status arm_avgpool_s8(const cmsis_nn_context *ctx, const cmsis_nn_pool_params *pool_params,
                                   const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                   const cmsis_nn_dims *filter_dims, const cmsis_nn_dims *output_dims,
                                   int8_t *output_data) {
    const cg_pool_2d_s8_params params = cg_twin_pool_params(pool_params, input_dims, filter_dims, output_dims);
    const cg_rows rows = cg_tensor_rows(input_data, input_dims->h, input_dims->w * input_dims->c);
    (void)ctx;
    if (input_dims->n < 1 || cg_twin_has_empty_window(&params, input_dims, output_dims)) {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    cg_average_pool_2d_s8(&params, &rows, 0, output_dims->h, output_data);
    return ARM_CMSIS_NN_SUCCESS;
}
