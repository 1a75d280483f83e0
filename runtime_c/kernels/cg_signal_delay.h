/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_DELAY_H
#define CG_SIGNAL_DELAY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalDelay: each of several streams, delayed by a number of samples.
 *
 *   size      samples of a stream in one call
 *   delay     samples between input and output
 *   history   [streams, delay]: the state, zeros at first; the newest samples come last
 *
 * Bounds: streams, size >= 1; delay >= 0 (history is not read if it is 0).
 *
 * Aliasing: nothing may overlap.
 *
 * Source: delay.cc of TFLite Micro's signal library.
 */
void cg_signal_delay(const int16_t *input, int32_t streams, int32_t size, int32_t delay, int16_t *history,
                     int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_DELAY_H */
