/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FULLY_CONNECTED_F32_S8_H
#define CG_FULLY_CONNECTED_F32_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FULLY_CONNECTED of float with int8 weights (dynamic range): each row of the input is quantized to int8 first.
 *
 *   input    [batches][depth]
 *   weights  [units][depth]
 *   scale    of the weights; scale_step 0: one value, 1: [units]
 *   bias     [units], or NULL for none
 *   scratch  depth bytes
 *   output   [batches][units]
 *
 * Bounds: dimensions >= 1; depth <= 65793, so that the sum of products fits 32 bits.
 * `asymmetric`: 0, or 1 to quantize with a zero point.
 *
 * Aliasing: nothing may overlap output or scratch.
 *
 * Arithmetic: EvalHybrid of FULLY_CONNECTED of TFLite.
 */
typedef struct {
    int32_t batches;
    int32_t depth;
    int32_t units;
    int32_t asymmetric;
    int32_t scale_step;
    float activation_min;
    float activation_max;
} cg_fully_connected_f32_s8_params;

void cg_fully_connected_f32_s8(const cg_fully_connected_f32_s8_params *params, const float *input,
                               const int8_t *weights, const float *scale, const float *bias, void *scratch,
                               float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FULLY_CONNECTED_F32_S8_H */
