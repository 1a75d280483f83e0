/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_average_pool_2d_s8.h"
#include "cg_cmsis_nn_twin.h"
#include "cg_window.h"

/* Whether some window along an axis covers no element: the first and the last are the outermost ones. */
static int cg_has_empty_window(int32_t windows, int32_t stride, int32_t pad, int32_t filter, int32_t input) {
    const int32_t first = -pad;
    const int32_t last = (windows - 1) * stride - pad;
    return cg_window_end(first, 1, filter, input) <= cg_window_begin(first, 1) ||
           cg_window_end(last, 1, filter, input) <= cg_window_begin(last, 1);
}

arm_cmsis_nn_status arm_avgpool_s8(const cmsis_nn_context *ctx, const cmsis_nn_pool_params *pool_params,
                                   const cmsis_nn_dims *input_dims, const int8_t *input_data,
                                   const cmsis_nn_dims *filter_dims, const cmsis_nn_dims *output_dims,
                                   int8_t *output_data) {
    const cg_pool_2d_s8_params params = cg_twin_pool_params(pool_params, input_dims, filter_dims, output_dims);
    const cg_rows rows = cg_tensor_rows(input_data, input_dims->h, input_dims->w * input_dims->c);
    (void)ctx;
    if (input_dims->n < 1 ||
        cg_has_empty_window(output_dims->h, params.stride_height, params.pad_top, params.filter_height,
                            input_dims->h) ||
        cg_has_empty_window(output_dims->w, params.stride_width, params.pad_left, params.filter_width, input_dims->w)) {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    cg_average_pool_2d_s8(&params, &rows, 0, output_dims->h, output_data);
    return ARM_CMSIS_NN_SUCCESS;
}
