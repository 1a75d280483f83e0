/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_FILTER_BANK_SQUARE_ROOT_H
#define CG_SIGNAL_FILTER_BANK_SQUARE_ROOT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalFilterBankSquareRoot: the rounded square root of each 64-bit number, shifted right by *scale_bits.
 *
 * As in the reference, roots of numbers below 2^32 are at most 65535. Shifts outside of [0, 31], for which the
 * reference has no rule, are taken modulo 32.
 *
 * Bounds: count >= 1.
 *
 * Aliasing: output must not overlap anything else.
 *
 * Arithmetic: tflm_signal::FilterbankSqrt, Sqrt64 and Sqrt32 of TFLite Micro.
 */
void cg_signal_filter_bank_square_root(const uint64_t *input, const int32_t *scale_bits, int32_t count,
                                       uint32_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_FILTER_BANK_SQUARE_ROOT_H */
