/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_RFFT_S32_H
#define CG_SIGNAL_RFFT_S32_H

#include <stdint.h>

#include "cg_fft.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalRfft of int32: the FFT of each row of real samples, divided by its length: Q31: products are rounded to the
 * nearest (halves up), sums wrap.
 *
 *   rows      transforms
 *   length    samples of a row; zeros follow up to 2 * plan->size
 *   output    [rows, plan->size + 1] complex numbers, real part first
 *
 * Bounds: rows, length >= 1; length <= 2 * plan->size; see cg_fft.h for the plan.
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: rfft_int32.cc of TFLite Micro's signal library, which is kiss_fftr of KISS FFT v130.
 */
void cg_signal_rfft_s32(const cg_fft_plan_s32 *plan, const int32_t *input, int32_t rows, int32_t length,
                        int32_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_RFFT_S32_H */
