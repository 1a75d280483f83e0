/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_SPECTRAL_SUBTRACTION_H
#define CG_SIGNAL_SPECTRAL_SUBTRACTION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalFilterBankSpectralSubtraction: input less a smoothed estimate of the noise, which is kept from call to call.
 *
 *   smoothing, one_minus_smoothing   factors of the even ([0]) and the odd ([1]) channels, 2^-subtraction_bits
 *   min_remaining     share of the input that always remains, 2^-subtraction_bits
 *   smoothing_bits    extra fractional bits of the estimate
 *   clamping          not 0: an estimate above the input is lowered to it
 *   estimate          the state, zeros at first
 *   noise             a copy of the estimate after the call
 *
 * Bounds: channels >= 1; smoothing_bits in [0, 31]; subtraction_bits in [0, 63].
 *
 * Aliasing: output may be equal to input; otherwise nothing may overlap.
 *
 * Arithmetic: tflm_signal::FilterbankSpectralSubtraction of TFLite Micro.
 */
typedef struct {
    int32_t channels;
    uint32_t smoothing[2];
    uint32_t one_minus_smoothing[2];
    uint32_t min_remaining;
    int32_t smoothing_bits;
    int32_t subtraction_bits;
    int32_t clamping;
} cg_signal_spectral_subtraction_params;

void cg_signal_spectral_subtraction(const cg_signal_spectral_subtraction_params *params, const uint32_t *input,
                                    uint32_t *estimate, uint32_t *output, uint32_t *noise);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_SPECTRAL_SUBTRACTION_H */
