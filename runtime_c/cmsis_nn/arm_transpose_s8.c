/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_copy_nd.h"

arm_cmsis_nn_status arm_transpose_s8(const int8_t *input_data, int8_t *const output_data,
                                     const cmsis_nn_dims *const input_dims, const cmsis_nn_dims *const output_dims,
                                     const cmsis_nn_transpose_params *const transpose_params) {
    const int32_t rank = transpose_params->num_dims;
    const int32_t sizes[4] = {input_dims->n, input_dims->h, input_dims->w, input_dims->c};
    cg_copy_nd_params copy = {{1, 1, 1, 1, 1, 1, 1, 1}, {0}, {0}, 1};
    int32_t strides[4];
    int32_t step = 1;

    (void)output_dims;
    if (rank < 1 || rank > 4) {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    for (int32_t d = rank - 1; d >= 0; --d) {
        strides[d] = step;
        step *= sizes[d];
        if (transpose_params->permutations[d] >= (uint32_t)rank) {
            return ARM_CMSIS_NN_ARG_ERROR;
        }
    }
    step = 1;
    for (int32_t d = rank - 1; d >= 0; --d) {
        const uint32_t from = transpose_params->permutations[d];
        copy.dims[d + 8 - rank] = sizes[from];
        copy.input_strides[d + 8 - rank] = strides[from];
        copy.output_strides[d + 8 - rank] = step;
        step *= sizes[from];
    }
    cg_copy_nd(&copy, input_data, output_data);
    return ARM_CMSIS_NN_SUCCESS;
}
