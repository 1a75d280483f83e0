/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FFT_F32_H
#define CG_FFT_F32_H

#include <stdint.h>

#include "cg_fft.h"

/* The arithmetic of cg_fft_stages.h in float32, without division by the length. */
#define CG_FFT_PLAN cg_fft_plan_f32
#define CG_FFT_SCALAR float
#define CG_FFT_ADD(a, b) ((a) + (b))
#define CG_FFT_SUB(a, b) ((a) - (b))
#define CG_FFT_NEG(a) (-(a))
#define CG_FFT_MUL(a, b) ((a) * (b))
#define CG_FFT_MUL_ADD(a, b, c, d) ((a) * (b) + (c) * (d))
#define CG_FFT_MUL_SUB(a, b, c, d) ((a) * (b) - (c) * (d))
#define CG_FFT_HALF(a) ((a)*0.5F)
#define CG_FFT_HALF_ADD(a, b) (((a) + (b)) * 0.5F)
#define CG_FFT_HALF_SUB(a, b) (((a) - (b)) * 0.5F)
#define CG_FFT_DIVIDE(a, n) (a)

#include "cg_fft_real.h"

#endif /* CG_FFT_F32_H */
