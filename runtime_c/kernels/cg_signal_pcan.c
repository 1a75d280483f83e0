/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_pcan.h"

#include "cg_signal.h"

static int32_t gain_of(uint32_t noise, const int16_t *gain) {
    if (noise <= 2U) {
        return gain[noise];
    }
    const uint32_t bits = cg_signal_bits_u32(noise);
    const int16_t *entry = gain + 4U * bits - 6U;
    const int32_t fraction = (int32_t)(((bits < 11U) ? noise << (11U - bits) : noise >> (bits - 11U)) & 0x3FFU);
    const int32_t slope = ((entry[2] * fraction) >> 5) + entry[1] * 32;

    return (int16_t)(((slope * fraction + (1 << 14)) >> 15) + entry[0]);
}

void cg_signal_pcan(const uint32_t *input, const uint32_t *noise, const int16_t *gain, int32_t count, int32_t snr_shift,
                    uint32_t *output) {
    for (int32_t i = 0; i < count; ++i) {
        const uint32_t factor = (uint32_t)gain_of(noise[i], gain);
        const uint32_t snr = (uint32_t)(((uint64_t)input[i] * factor) >> snr_shift); /* 12 fractional bits */

        output[i] = (snr < (2U << 12)) ? (snr * snr) >> 20 : (snr >> 6) - 64U; /* 6 fractional bits */
    }
}
