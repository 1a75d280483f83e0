/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_RFFT_F32_H
#define CG_SIGNAL_RFFT_F32_H

#include <stdint.h>

#include "cg_fft.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalRfft of float32: the FFT of each row of real samples, not divided by its length: float32, without division by
 * the length.
 *
 *   rows      transforms
 *   length    samples of a row; zeros follow up to 2 * plan->size
 *   output    [rows, plan->size + 1] complex numbers, real part first
 *
 * Bounds: rows, length >= 1; length <= 2 * plan->size; see cg_fft.h for the plan.
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: rfft_float.cc of TFLite Micro's signal library, which is kiss_fftr of KISS FFT v130.
 */
void cg_signal_rfft_f32(const cg_fft_plan_f32 *plan, const float *input, int32_t rows, int32_t length, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_RFFT_F32_H */
