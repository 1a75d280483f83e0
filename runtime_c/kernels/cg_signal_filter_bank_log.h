/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_FILTER_BANK_LOG_H
#define CG_SIGNAL_FILTER_BANK_LOG_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalFilterBankLog: natural logarithms of input << correction_bits, times scale, at most 32767; 0 for 0 and 1.
 *
 *   log_table   129 entries: 2^16 * (log2(1 + i / 128) - i / 128)
 *
 * Bounds: count >= 1; correction_bits in [0, 31].
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: tflm_signal::FilterbankLog and Log32 of TFLite Micro.
 */
void cg_signal_filter_bank_log(const uint32_t *input, int32_t count, const uint16_t *log_table, int32_t correction_bits,
                               uint32_t scale, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_FILTER_BANK_LOG_H */
