/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_fft_auto_scale.h"

/* The reference keeps the maximum in 16 bits, in which the magnitude of -2^15 is -2^15. */
static int32_t magnitude(const int16_t *input, int32_t count) {
    int32_t greatest = 0;

    for (int32_t i = 0; i < count; ++i) {
        const int32_t value = input[i];

        if (value > greatest) {
            greatest = value;
        } else if (-value > greatest) {
            greatest = (value == -32768) ? value : -value;
        }
    }
    return greatest;
}

void cg_signal_fft_auto_scale(const int16_t *input, int32_t count, int16_t *output, int32_t *scale_bits) {
    const int32_t greatest = magnitude(input, count);
    int32_t bits = 0;

    while (greatest > 0 && (greatest << (bits + 1)) <= 32767) {
        ++bits;
    }
    *scale_bits = bits;
    for (int32_t i = 0; i < count; ++i) {
        output[i] = (int16_t)(input[i] * (1 << bits));
    }
}
