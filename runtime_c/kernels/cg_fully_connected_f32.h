/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FULLY_CONNECTED_F32_H
#define CG_FULLY_CONNECTED_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FULLY_CONNECTED of float.
 *
 *   input    [batches][depth]
 *   weights  [units][depth]
 *   bias     [units], or NULL for none
 *   output   [batches][units]
 *
 * Bounds: dimensions >= 1; activation_min <= activation_max.
 *
 * Aliasing: as cg_fully_connected_s8.
 *
 * Arithmetic: reference_ops::FullyConnected of TFLite Micro, added in the same order.
 */
typedef struct {
    int32_t batches;
    int32_t depth;
    int32_t units;
    float activation_min;
    float activation_max;
} cg_fully_connected_f32_params;

void cg_fully_connected_f32(const cg_fully_connected_f32_params *params, const float *input, const float *weights,
                            const float *bias, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FULLY_CONNECTED_F32_H */
