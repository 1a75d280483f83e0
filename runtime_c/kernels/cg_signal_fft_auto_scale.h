/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_FFT_AUTO_SCALE_H
#define CG_SIGNAL_FFT_AUTO_SCALE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalFftAutoScale: the input shifted left as far as its greatest magnitude allows; the shift in scale_bits.
 *
 * As in the reference, silence is not shifted, and -2^15 counts as the least magnitude: what comes after it decides.
 *
 * Bounds: count >= 1.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: tflm_signal::FftAutoScale and MaxAbs16 of TFLite Micro.
 */
void cg_signal_fft_auto_scale(const int16_t *input, int32_t count, int16_t *output, int32_t *scale_bits);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_FFT_AUTO_SCALE_H */
