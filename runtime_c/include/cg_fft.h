/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FFT_H
#define CG_FFT_H

#include <stdint.h>

/*
 * A plan of a real FFT of 2 * size samples, made at compile time.
 *
 *   size            complex numbers of the transform inside; 2^a * 3^b * 5^c
 *   stages          factors of size
 *   is_inverse      not 0: the twiddles are those of the inverse transform
 *   radix, span     per stage, outermost first: the factor, and the product of all that follow it
 *   twiddles        size complex numbers, exp(-+2 pi i k / size)
 *   super_twiddles  size / 2 complex numbers, exp(-+pi i ((k + 1) / size + 1 / 2))
 */
#define CG_FFT_STAGES 20

#define CG_FFT_PLAN_OF(scalar)                                                                                         \
    struct {                                                                                                           \
        int32_t size;                                                                                                  \
        int32_t stages;                                                                                                \
        int32_t is_inverse;                                                                                            \
        int32_t radix[CG_FFT_STAGES];                                                                                  \
        int32_t span[CG_FFT_STAGES];                                                                                   \
        const scalar *twiddles;                                                                                        \
        const scalar *super_twiddles;                                                                                  \
    }

typedef CG_FFT_PLAN_OF(int16_t) cg_fft_plan_s16;
typedef CG_FFT_PLAN_OF(int32_t) cg_fft_plan_s32;
typedef CG_FFT_PLAN_OF(float) cg_fft_plan_f32;

#endif /* CG_FFT_H */
