/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_FILTER_BANK_H
#define CG_SIGNAL_FILTER_BANK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalFilterBank: energies gathered into overlapping channels. Channel c is the weighted sum over its own widths[c +
 * 1] frequencies, and the unweighted sum over those of the channel before it.
 *
 *   weights, unweights     one pair of factors for each frequency of each channel
 *   frequency_starts, weight_starts, widths   channels + 1 entries: where a channel's frequencies and factors begin,
 * and how many there are (none if <= 0)
 *
 * Bounds: channels >= 1; starts and widths stay inside input, weights and unweights.
 *
 * Aliasing: output must not overlap anything else.
 *
 * Arithmetic: tflm_signal::FilterbankAccumulateChannels of TFLite Micro, modulo 2^64.
 */
typedef struct {
    int32_t channels;
    const int16_t *weights;
    const int16_t *unweights;
    const int16_t *frequency_starts;
    const int16_t *weight_starts;
    const int16_t *widths;
} cg_signal_filter_bank_params;

void cg_signal_filter_bank(const cg_signal_filter_bank_params *params, const uint32_t *input, uint64_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_FILTER_BANK_H */
