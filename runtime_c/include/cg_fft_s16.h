/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FFT_S16_H
#define CG_FFT_S16_H

#include <stdint.h>

#include "cg_fft.h"

/* The arithmetic of cg_fft_stages.h in Q15: products are rounded to the nearest (halves up), sums wrap. */
#define CG_FFT_PLAN cg_fft_plan_s16
#define CG_FFT_SCALAR int16_t
#define CG_FFT_ROUND(a) ((int16_t)(((a) + (1 << 14)) >> 15))
#define CG_FFT_ADD(a, b) ((int16_t)((a) + (b)))
#define CG_FFT_SUB(a, b) ((int16_t)((a) - (b)))
#define CG_FFT_NEG(a) ((int16_t)(-(a)))
#define CG_FFT_MUL(a, b) CG_FFT_ROUND((int32_t)(a) * (b))
#define CG_FFT_MUL_ADD(a, b, c, d) CG_FFT_ROUND((int32_t)(a) * (b) + (int32_t)(c) * (d))
#define CG_FFT_MUL_SUB(a, b, c, d) CG_FFT_ROUND((int32_t)(a) * (b) - (int32_t)(c) * (d))
#define CG_FFT_HALF(a) ((int16_t)((a) >> 1))
#define CG_FFT_HALF_ADD(a, b) ((int16_t)(((a) + (b)) >> 1))
#define CG_FFT_HALF_SUB(a, b) ((int16_t)(((a) - (b)) >> 1))
#define CG_FFT_DIVIDE(a, n) CG_FFT_MUL(a, 32767 / (n))

#include "cg_fft_real.h"

#endif /* CG_FFT_S16_H */
