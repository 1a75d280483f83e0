/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEQUANTIZE_ELEMENTS_H
#define CG_DEQUANTIZE_ELEMENTS_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEQUANTIZE of uint8 and int16 to float: scale * (q - zero_point), cg_dequantize_<from>_f32.
 *
 * Bounds: count >= 0; zero_point in the range of the type.
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: reference_ops::Dequantize of TFLite Micro. It multiplies in double and rounds to float; the double
 * product of a float and a 17-bit integer is exact, so one product in float gives the same.
 */
#define CG_DEQUANTIZE(name, from)                                                                                      \
    CG_INLINE void cg_dequantize_##name(const from *input, int32_t count, float scale, int32_t zero_point,             \
                                        float *output) {                                                               \
        for (int32_t i = 0; i < count; ++i) {                                                                          \
            output[i] = scale * (float)((int32_t)input[i] - zero_point);                                               \
        }                                                                                                              \
    }

CG_DEQUANTIZE(u8_f32, uint8_t)
CG_DEQUANTIZE(s16_f32, int16_t)

#undef CG_DEQUANTIZE

#ifdef __cplusplus
}
#endif

#endif /* CG_DEQUANTIZE_ELEMENTS_H */
