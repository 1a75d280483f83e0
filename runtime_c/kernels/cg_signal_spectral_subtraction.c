/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_spectral_subtraction.h"

void cg_signal_spectral_subtraction(const cg_signal_spectral_subtraction_params *params, const uint32_t *input,
                                    uint32_t *estimate, uint32_t *output, uint32_t *noise) {
    const int32_t bits = params->subtraction_bits;

    for (int32_t i = 0; i < params->channels; ++i) {
        const uint32_t signal = input[i] << params->smoothing_bits;
        const uint64_t weighted = (uint64_t)signal * params->smoothing[i & 1];
        const uint64_t kept = (uint64_t)estimate[i] * params->one_minus_smoothing[i & 1];
        const uint32_t smoothed = (uint32_t)((weighted + kept) >> bits);
        const uint32_t subtracted = (smoothed > signal) ? signal : smoothed;
        const uint32_t least = (uint32_t)(((uint64_t)input[i] * params->min_remaining) >> bits);
        const uint32_t rest = (signal - subtracted) >> params->smoothing_bits;

        estimate[i] = (params->clamping != 0) ? subtracted : smoothed;
        noise[i] = estimate[i];
        output[i] = (rest > least) ? rest : least;
    }
}
