/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_filter_bank_log.h"

#include "cg_signal.h"

/* log2(x) with 16 fractional bits, for x >= 2: straight lines between the entries of the table. */
static uint32_t log2_q16(uint32_t x, const uint16_t *table) {
    const uint32_t whole = cg_signal_bits_u32(x) - 1U;
    const uint32_t rest = x - (1U << whole);
    const uint32_t fraction = (whole < 16U) ? rest << (16U - whole) : rest >> (whole - 16U);
    const uint32_t segment = fraction >> 9;
    const int32_t low = table[segment];
    const int32_t high = table[segment + 1U];
    const int32_t between = (int32_t)(fraction & 511U);

    return (whole << 16) + fraction + (uint32_t)(low + (((high - low) * between) >> 16));
}

void cg_signal_filter_bank_log(const uint32_t *input, int32_t count, const uint16_t *log_table, int32_t correction_bits,
                               uint32_t scale, int16_t *output) {
    for (int32_t i = 0; i < count; ++i) {
        const uint32_t scaled = input[i] << correction_bits;
        uint32_t result = 0U;

        if (scaled > 1U) {
            /* 45426 = 2^16 * ln 2 */
            const uint32_t natural = (uint32_t)((45426U * (uint64_t)log2_q16(scaled, log_table) + 32768U) >> 16);
            result = (scale * natural + 32768U) >> 16;
        }
        output[i] = (int16_t)((result < 32767U) ? result : 32767U);
    }
}
