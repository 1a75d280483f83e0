/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_QUANTIZE_F32_S16_H
#define CG_QUANTIZE_F32_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * QUANTIZE of float to int16: round(x / scale) + zero_point, clamped to [-32768, 32767]; halves are rounded away from
 * zero.
 *
 * Bounds: scale > 0; zero_point in [-32768, 32767]. Values out of range, infinities included, give -32768 or 32767. Not
 * a number gives -32768.
 *
 * Aliasing: output must not overlap input, except that it may begin at the same address.
 *
 * Arithmetic: reference_ops::AffineQuantize of TFLite Micro, as in cg_quantize_f32_s8.
 */
void cg_quantize_f32_s16(const float *input, int32_t count, float scale, int32_t zero_point, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_QUANTIZE_F32_S16_H */
