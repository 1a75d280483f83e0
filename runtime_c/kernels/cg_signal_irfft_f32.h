/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_IRFFT_F32_H
#define CG_SIGNAL_IRFFT_F32_H

#include <stdint.h>

#include "cg_fft.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalIrfft of float32: the real samples of which each row is the FFT: float32, without division by the length. The
 * samples are divided by their number.
 *
 *   rows     transforms
 *   input    [rows, plan->size + 1] complex numbers, real part first
 *   output   [rows, 2 * plan->size]
 *
 * Bounds: rows >= 1; see cg_fft.h for the plan.
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: irfft_float.cc of TFLite Micro's signal library, which is kiss_fftri of KISS FFT v130.
 */
void cg_signal_irfft_f32(const cg_fft_plan_f32 *plan, const float *input, int32_t rows, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_IRFFT_F32_H */
