/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ADD_ELEMENT_S8_H
#define CG_ADD_ELEMENT_S8_H

#include <stdint.h>

#include "cg_add_s8.h"
#include "cg_config.h"
#include "cg_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One element of ADD, the same with and without broadcasting. The extra bits of left_shift keep the precision of the
 * two inputs until they are added. */
CG_INLINE int8_t cg_add_element_s8(const cg_add_s8_params *params, int32_t input1, int32_t input2) {
    const int32_t shifted1 = cg_wrapping_shift_left(input1 + params->input1_offset, params->left_shift);
    const int32_t shifted2 = cg_wrapping_shift_left(input2 + params->input2_offset, params->left_shift);
    const int32_t scaled1 = cg_requantize(shifted1, params->input1_multiplier, params->input1_shift);
    const int32_t scaled2 = cg_requantize(shifted2, params->input2_multiplier, params->input2_shift);
    return cg_requantize_s8(cg_wrapping_add(scaled1, scaled2), params->output_multiplier, params->output_shift,
                            params->output_offset, params->activation_min, params->activation_max);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_ADD_ELEMENT_S8_H */
