/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_PCAN_H
#define CG_SIGNAL_PCAN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalPCAN: automatic gain control. Each channel is multiplied by a gain that depends on its noise estimate, then
 * shrunk: x^2 / 4 below 2, x - 1 from 2 on.
 *
 *   gain   at least 125 entries: the values at 0, 1 and 2, then for each number of bits of the estimate the
 * coefficients of a parabola, 4 entries apart
 *
 * Bounds: count >= 1; snr_shift in [0, 63].
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap anything else.
 *
 * Arithmetic: tflm_signal::ApplyPcanAutoGainControlFixed, WideDynamicFunction and PcanShrink of TFLite Micro.
 */
void cg_signal_pcan(const uint32_t *input, const uint32_t *noise, const int16_t *gain, int32_t count, int32_t snr_shift,
                    uint32_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_PCAN_H */
