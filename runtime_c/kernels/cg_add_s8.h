/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ADD_S8_H
#define CG_ADD_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ADD of two int8 tensors of equal shape, count elements each.
 *
 * Bounds: offsets in [-128, 128]; left_shift in [0, 22] (20 in TFLite); multipliers >= 0.
 *
 * Aliasing: output may be equal to either input or to both (elements are read once, in ascending order, just before
 * the element of the output is written); otherwise it must not overlap them.
 *
 * Arithmetic: both inputs are brought to the same scale with left_shift extra bits, added, and requantized;
 * reference_integer_ops::Add of TFLite Micro.
 */
typedef struct {
    int32_t input1_offset;
    int32_t input1_multiplier;
    int32_t input1_shift;
    int32_t input2_offset;
    int32_t input2_multiplier;
    int32_t input2_shift;
    int32_t left_shift;
    int32_t output_offset;
    int32_t output_multiplier;
    int32_t output_shift;
    int32_t activation_min;
    int32_t activation_max;
} cg_add_s8_params;

void cg_add_s8(const cg_add_s8_params *params, const int8_t *input1, const int8_t *input2, int32_t count,
               int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ADD_S8_H */
