/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEQUANTIZE_S8_F32_H
#define CG_DEQUANTIZE_S8_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEQUANTIZE of int8 to float: scale * (q - zero_point).
 *
 * Bounds: zero_point in [-128, 127].
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: reference_ops::Dequantize of TFLite Micro. It multiplies in double and rounds to float; the double
 * product of a float and a 9-bit integer is exact, so one product in float gives the same.
 */
void cg_dequantize_s8_f32(const int8_t *input, int32_t count, float scale, int32_t zero_point, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEQUANTIZE_S8_F32_H */
