/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_QUANTIZE_F32_S8_H
#define CG_QUANTIZE_F32_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * QUANTIZE of float to int8: round(x / scale) + zero_point, clamped to [-128, 127]; halves are rounded away from zero.
 *
 * Bounds: scale > 0; zero_point in [-128, 127]. Values out of range, infinities included, give -128 or 127. Not a
 * number gives -128.
 *
 * Aliasing: output must not overlap input, except that it may begin at the same address: element i is written, at
 * byte i, after element i was read at byte 4 * i.
 *
 * Arithmetic: reference_ops::AffineQuantize of TFLite Micro, which divides in float. (For |x / scale| >= 2^31 the
 * reference converts out of range, which C++ leaves undefined; here it saturates.) Needs division that is rounded
 * correctly: do not compile with -ffast-math.
 */
void cg_quantize_f32_s8(const float *input, int32_t count, float scale, int32_t zero_point, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_QUANTIZE_F32_S8_H */
