/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SVDF_F32_H
#define CG_SVDF_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SVDF of float.
 *
 *   input            [batches][depth]
 *   weights_feature  [units][rank][depth]
 *   weights_time     [units][rank][memory]
 *   bias             [units], or NULL for none
 *   state            [batches][units][rank][memory], oldest first; becomes that of the next invocation
 *   output           [batches][units]
 *
 * Bounds: sizes >= 1.
 *
 * Aliasing: neither the output nor the state may overlap anything else.
 *
 * Arithmetic: EvalFloatSvdfReference of TFLite Micro, sums in the same order.
 */
typedef enum {
    CG_SVDF_NONE,
    CG_SVDF_CLAMP, /* to [activation_min, activation_max] */
    CG_SVDF_TANH,
    CG_SVDF_SIGN_BIT /* 1 for negative numbers and -0, else 0 */
} cg_svdf_activation;

typedef struct {
    int32_t batches;
    int32_t depth;
    int32_t units;
    int32_t rank;
    int32_t memory;
    int32_t activation; /* a cg_svdf_activation */
    float activation_min;
    float activation_max;
} cg_svdf_f32_params;

void cg_svdf_f32(const cg_svdf_f32_params *params, const float *input, const float *weights_feature,
                 const float *weights_time, const float *bias, float *state, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SVDF_F32_H */
