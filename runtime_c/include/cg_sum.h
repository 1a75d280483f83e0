/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SUM_H
#define CG_SUM_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_requantize.h"
#include "cg_wrapping.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Sums and differences of two quantized elements, 8 or 16 bits wide: both are brought to the same scale with
 * left_shift extra bits, which keep their precision until they are combined, and the result is requantized.
 *
 * Bounds: offsets in [-32767, 32768]; left_shift in [0, 22]; multipliers >= 0.
 *
 * Arithmetic: AddElementwise, SubElementwise and SquaredDifference of TFLite Micro.
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
} cg_sum_params;

CG_INLINE int32_t cg_sum_input1(const cg_sum_params *params, int32_t input) {
    return cg_requantize(cg_wrapping_shift_left(input + params->input1_offset, params->left_shift),
                         params->input1_multiplier, params->input1_shift);
}

CG_INLINE int32_t cg_sum_input2(const cg_sum_params *params, int32_t input) {
    return cg_requantize(cg_wrapping_shift_left(input + params->input2_offset, params->left_shift),
                         params->input2_multiplier, params->input2_shift);
}

CG_INLINE int32_t cg_sum_output(const cg_sum_params *params, int32_t value) {
    const int32_t output = cg_requantize(value, params->output_multiplier, params->output_shift);
    return cg_clamp_s32(cg_wrapping_add(output, params->output_offset), params->activation_min, params->activation_max);
}

CG_INLINE int32_t cg_sum_element(const cg_sum_params *params, int32_t input1, int32_t input2) {
    return cg_sum_output(params, cg_wrapping_add(cg_sum_input1(params, input1), cg_sum_input2(params, input2)));
}

CG_INLINE int32_t cg_difference_element(const cg_sum_params *params, int32_t input1, int32_t input2) {
    return cg_sum_output(params, cg_wrapping_subtract(cg_sum_input1(params, input1), cg_sum_input2(params, input2)));
}

CG_INLINE int32_t cg_squared_difference_element(const cg_sum_params *params, int32_t input1, int32_t input2) {
    const int32_t difference = cg_wrapping_subtract(cg_sum_input1(params, input1), cg_sum_input2(params, input2));
    return cg_sum_output(params, cg_wrapping_multiply(difference, difference));
}

#ifdef __cplusplus
}
#endif

#endif /* CG_SUM_H */
