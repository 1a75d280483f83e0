/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FULLY_CONNECTED_S8_H
#define CG_FULLY_CONNECTED_S8_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FULLY_CONNECTED of int8 with int8 weights, quantized per tensor or per unit.
 *
 *   input    [batches][depth]
 *   weights  [units][depth]
 *   bias     [units], or NULL for none
 *   multiplier, shift  quant_step 0: one value each; quant_step 1: [units]. A positive shift is a left shift.
 *   output   [batches][units]
 *
 * Bounds: dimensions >= 1; quant_step 0 or 1; input_offset and filter_offset in [-127, 128]; output_offset in
 * [-128, 127]; depth <= 33025 (65793 with filter_offset 0), so that the sum of products fits 32 bits.
 *
 * Aliasing: the input of a batch is read again for each unit, so no output may overlap the input of its own or of a
 * later batch. Nothing else may overlap the output.
 *
 * Arithmetic: TFLite 8-bit quantization specification; reference_integer_ops::FullyConnected and
 * FullyConnectedPerChannel of TFLite Micro.
 */
typedef struct {
    int32_t batches;
    int32_t depth;
    int32_t units;
    int32_t input_offset;
    int32_t filter_offset;
    int32_t output_offset;
    int32_t activation_min;
    int32_t activation_max;
    int32_t quant_step;
} cg_fully_connected_s8_params;

void cg_fully_connected_s8(const cg_fully_connected_s8_params *params, const int8_t *input,
                           const CG_FLASH int8_t *weights, const CG_FLASH int32_t *bias,
                           const CG_FLASH int32_t *multiplier, const CG_FLASH int32_t *shift, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FULLY_CONNECTED_S8_H */
