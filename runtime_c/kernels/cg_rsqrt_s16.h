/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RSQRT_S16_H
#define CG_RSQRT_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * RSQRT of int16: 1 / square root of x, rescaled to the output. 0 gives 32767, and so does what is negative, where the
 * reference stops with an error.
 *
 * multiplier and shift are those of 1 / (square root of input scale * output scale), its shift 20 less: the inverse
 * root is an integer of 20 more bits.
 *
 * Bounds: the zero points of input and output are 0; multiplier >= 0; shift in [-31, 31].
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: RsqrtEvalQuantized of TFLite Micro.
 */
void cg_rsqrt_s16(int32_t multiplier, int32_t shift, const int16_t *input, int32_t count, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_RSQRT_S16_H */
