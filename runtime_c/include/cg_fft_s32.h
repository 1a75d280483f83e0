/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FFT_S32_H
#define CG_FFT_S32_H

#include <stdint.h>

#include "cg_fft.h"
#include "cg_requantize.h"
#include "cg_wrapping.h"

/* The arithmetic of cg_fft_stages.h in Q31: products are rounded to the nearest (halves up), sums wrap. */
#define CG_FFT_PLAN cg_fft_plan_s32
#define CG_FFT_SCALAR int32_t
#define CG_FFT_ROUND(a) ((int32_t)(((a) + (1 << 30)) >> 31))
#define CG_FFT_ADD(a, b) cg_wrapping_add(a, b)
#define CG_FFT_SUB(a, b) cg_wrapping_subtract(a, b)
#define CG_FFT_NEG(a) cg_wrapping_subtract(0, a)
#define CG_FFT_MUL(a, b) CG_FFT_ROUND((int64_t)(a) * (b))
#define CG_FFT_MUL_ADD(a, b, c, d) CG_FFT_ROUND((int64_t)(a) * (b) + (int64_t)(c) * (d))
#define CG_FFT_MUL_SUB(a, b, c, d) CG_FFT_ROUND((int64_t)(a) * (b) - (int64_t)(c) * (d))
#define CG_FFT_HALF(a) ((a) >> 1)
#define CG_FFT_HALF_ADD(a, b) (cg_wrapping_add(a, b) >> 1)
#define CG_FFT_HALF_SUB(a, b) (cg_wrapping_subtract(a, b) >> 1)
#define CG_FFT_DIVIDE(a, n) CG_FFT_MUL(a, 2147483647 / (n))

#include "cg_fft_real.h"

#endif /* CG_FFT_S32_H */
