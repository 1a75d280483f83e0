/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_IRFFT_S16_H
#define CG_SIGNAL_IRFFT_S16_H

#include <stdint.h>

#include "cg_fft.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalIrfft of int16: the real samples of which each row is the FFT: Q15: products are rounded to the nearest (halves
 * up), sums wrap.
 *
 *   rows     transforms
 *   input    [rows, plan->size + 1] complex numbers, real part first
 *   output   [rows, 2 * plan->size]
 *
 * Bounds: rows >= 1; see cg_fft.h for the plan.
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: irfft_int16.cc of TFLite Micro's signal library, which is kiss_fftri of KISS FFT v130.
 */
void cg_signal_irfft_s16(const cg_fft_plan_s16 *plan, const int16_t *input, int32_t rows, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_IRFFT_S16_H */
