/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Real transforms by a complex one of half the length: even samples are its real parts, odd ones its imaginary parts.
 * To be included as cg_fft_stages.h is, after the same macros.
 *
 * Arithmetic: kiss_fftr and kiss_fftri of KISS FFT v130.
 */
#ifdef CG_FFT_SCALAR

#include <stdint.h>

#include "cg_config.h"
#include "cg_fft_stages.h"

/* One row: `length` samples, followed by zeros, to size + 1 complex numbers. */
CG_INLINE void cg_fft_forward_row(const CG_FFT_PLAN *plan, const CG_FFT_SCALAR *input, int32_t length,
                                  CG_FFT_SCALAR *output) {
    const int32_t size = plan->size;
    int32_t digits[CG_FFT_STAGES] = {0};
    int32_t place = 0;

    for (int32_t k = 0; k < size; ++k) {
        output[2 * place] = (2 * k < length) ? input[2 * k] : (CG_FFT_SCALAR)0;
        output[2 * place + 1] = (2 * k + 1 < length) ? input[2 * k + 1] : (CG_FFT_SCALAR)0;
        place = cg_fft_place(plan, digits, place);
    }
    cg_fft_run(plan, output);

    CG_FFT_LOAD(even, odd, output, 2);
    output[0] = CG_FFT_ADD(even, odd);
    output[1] = (CG_FFT_SCALAR)0;
    output[2 * size] = CG_FFT_SUB(even, odd);
    output[2 * size + 1] = (CG_FFT_SCALAR)0;
    for (int32_t k = 1; k <= size / 2; ++k) {
        CG_FFT_SCALAR *low = output + 2 * k;
        CG_FFT_SCALAR *high = output + 2 * (size - k);
        const CG_FFT_SCALAR conjugate = CG_FFT_NEG(high[1]);
        CG_FFT_LOAD(ar, ai, low, 2);
        const CG_FFT_SCALAR br = CG_FFT_DIVIDE(high[0], 2);
        const CG_FFT_SCALAR bi = CG_FFT_DIVIDE(conjugate, 2);
        const CG_FFT_SCALAR sum_r = CG_FFT_ADD(ar, br);
        const CG_FFT_SCALAR sum_i = CG_FFT_ADD(ai, bi);
        const CG_FFT_SCALAR dif_r = CG_FFT_SUB(ar, br);
        const CG_FFT_SCALAR dif_i = CG_FFT_SUB(ai, bi);
        CG_FFT_TURN(tr, ti, dif_r, dif_i, plan->super_twiddles + 2 * (k - 1));

        low[0] = CG_FFT_HALF_ADD(sum_r, tr);
        low[1] = CG_FFT_HALF_ADD(sum_i, ti);
        high[0] = CG_FFT_HALF_SUB(sum_r, tr);
        high[1] = CG_FFT_HALF_SUB(ti, sum_i);
    }
}

/* One row: size + 1 complex numbers to 2 * size samples. */
CG_INLINE void cg_fft_inverse_row(const CG_FFT_PLAN *plan, const CG_FFT_SCALAR *input, CG_FFT_SCALAR *output) {
    const int32_t size = plan->size;
    const CG_FFT_SCALAR first = CG_FFT_ADD(input[0], input[2 * size]);
    const CG_FFT_SCALAR second = CG_FFT_SUB(input[0], input[2 * size]);
    int32_t digits[CG_FFT_STAGES] = {0};
    int32_t before = 0; /* the place of k - 1, whose mirror image is that of size - k */

    output[0] = CG_FFT_DIVIDE(first, 2);
    output[1] = CG_FFT_DIVIDE(second, 2);
    for (int32_t k = 1; k <= size / 2; ++k) {
        const int32_t place = cg_fft_place(plan, digits, before);
        CG_FFT_SCALAR *low = output + 2 * place;
        CG_FFT_SCALAR *high = output + 2 * (size - 1 - before);
        const CG_FFT_SCALAR *mirrored = input + 2 * (size - k);
        const CG_FFT_SCALAR conjugate = CG_FFT_NEG(mirrored[1]);
        CG_FFT_LOAD(ar, ai, input + 2 * k, 2);
        const CG_FFT_SCALAR br = CG_FFT_DIVIDE(mirrored[0], 2);
        const CG_FFT_SCALAR bi = CG_FFT_DIVIDE(conjugate, 2);
        const CG_FFT_SCALAR sum_r = CG_FFT_ADD(ar, br);
        const CG_FFT_SCALAR sum_i = CG_FFT_ADD(ai, bi);
        const CG_FFT_SCALAR dif_r = CG_FFT_SUB(ar, br);
        const CG_FFT_SCALAR dif_i = CG_FFT_SUB(ai, bi);
        CG_FFT_TURN(tr, ti, dif_r, dif_i, plan->super_twiddles + 2 * (k - 1));
        const CG_FFT_SCALAR below = CG_FFT_SUB(sum_i, ti);

        low[0] = CG_FFT_ADD(sum_r, tr);
        low[1] = CG_FFT_ADD(sum_i, ti);
        high[0] = CG_FFT_SUB(sum_r, tr);
        high[1] = CG_FFT_NEG(below);
        before = place;
    }
    cg_fft_run(plan, output);
}

#endif /* CG_FFT_SCALAR */
