/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REQUANTIZE_ELEMENTS_H
#define CG_REQUANTIZE_ELEMENTS_H

#include <stdint.h>

#include "cg_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * QUANTIZE of integers: from one type, scale and zero point to another, cg_requantize_<from>_<to> for the types that
 * TFLite Micro takes, but from int8 to int8, which is a table.
 *
 *   multiplier, shift  input scale / output scale, as QuantizeMultiplier gives it
 *
 * Bounds: count >= 0; shift in [-31, 31]. Numbers that do not fit 32 bits wrap.
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: reference_ops::Requantize of TFLite Micro. Its short cut between int8 and uint8 of one scale gives what
 * this gives.
 */
typedef struct {
    int32_t input_zero_point;
    int32_t multiplier;
    int32_t shift;
    int32_t output_zero_point;
} cg_requantize_elements_params;

#define CG_REQUANTIZE(name, from, to, low, high)                                                                       \
    CG_INLINE void cg_requantize_##name(const cg_requantize_elements_params *params, const from *input, int32_t count, \
                                        to *output) {                                                                  \
        for (int32_t i = 0; i < count; ++i) {                                                                          \
            const int32_t offset = (int32_t)(0u - (uint32_t)params->input_zero_point);                                 \
            const int32_t scaled =                                                                                     \
                cg_requantize(cg_wrapping_add((int32_t)input[i], offset), params->multiplier, params->shift);          \
            output[i] = (to)cg_clamp_s32(cg_wrapping_add(scaled, params->output_zero_point), low, high);               \
        }                                                                                                              \
    }

CG_REQUANTIZE(s8_u8, int8_t, uint8_t, 0, 255)
CG_REQUANTIZE(s8_s16, int8_t, int16_t, -32768, 32767)
CG_REQUANTIZE(s8_s32, int8_t, int32_t, INT32_MIN, INT32_MAX)
CG_REQUANTIZE(u8_s8, uint8_t, int8_t, -128, 127)
CG_REQUANTIZE(s16_s8, int16_t, int8_t, -128, 127)
CG_REQUANTIZE(s16_s16, int16_t, int16_t, -32768, 32767)
CG_REQUANTIZE(s16_s32, int16_t, int32_t, INT32_MIN, INT32_MAX)
CG_REQUANTIZE(s32_s8, int32_t, int8_t, -128, 127)
CG_REQUANTIZE(s32_s16, int32_t, int16_t, -32768, 32767)

#undef CG_REQUANTIZE

#ifdef __cplusplus
}
#endif

#endif /* CG_REQUANTIZE_ELEMENTS_H */
