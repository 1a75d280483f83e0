/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_filter_bank.h"

void cg_signal_filter_bank(const cg_signal_filter_bank_params *params, const uint32_t *input, uint64_t *output) {
    uint64_t sum = 0U;

    for (int32_t channel = 0; channel <= params->channels; ++channel) {
        const uint32_t *frequency = input + params->frequency_starts[channel];
        const int16_t *weight = params->weights + params->weight_starts[channel];
        const int16_t *unweight = params->unweights + params->weight_starts[channel];
        uint64_t next = 0U;

        for (int32_t i = 0; i < params->widths[channel]; ++i) {
            sum += (uint64_t)weight[i] * frequency[i];
            next += (uint64_t)unweight[i] * frequency[i];
        }
        if (channel > 0) { /* The first serves only the second's unweighted sum. */
            output[channel - 1] = sum;
        }
        sum = next;
    }
}
