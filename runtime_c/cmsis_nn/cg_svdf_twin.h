/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SVDF_TWIN_H
#define CG_SVDF_TWIN_H

#include "arm_nn_types.h"
#include "cg_config.h"
#include "cg_svdf.h"

#ifdef __cplusplus
extern "C" {
#endif

/* CMSIS-NN's arguments as those of the kernels. */
CG_INLINE cg_svdf_params cg_twin_svdf_params(const cmsis_nn_svdf_params *svdf_params,
                                             const cmsis_nn_per_tensor_quant_params *input_quant_params,
                                             const cmsis_nn_per_tensor_quant_params *output_quant_params,
                                             const cmsis_nn_dims *input_dims, const cmsis_nn_dims *weights_feature_dims,
                                             const cmsis_nn_dims *weights_time_dims) {
    cg_svdf_params params;
    params.batches = input_dims->n;
    params.depth = input_dims->h;
    params.units = weights_feature_dims->n / svdf_params->rank;
    params.rank = svdf_params->rank;
    params.memory = weights_time_dims->h;
    params.input_offset = -svdf_params->input_offset;
    params.state_zero_point = 0;
    params.state_multiplier = input_quant_params->multiplier;
    params.state_shift = input_quant_params->shift;
    params.output_multiplier = output_quant_params->multiplier;
    params.output_shift = output_quant_params->shift;
    params.output_zero_point = svdf_params->output_offset;
    return params;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_SVDF_TWIN_H */
