/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_WINDOW_H
#define CG_SIGNAL_WINDOW_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalWindow: output[i] = saturate(input[i] * window[i mod size] >> shift).
 *
 * Bounds: count and size >= 1, size divides count; shift in [0, 31].
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap input or window.
 *
 * Arithmetic: tflm_signal::ApplyWindow of TFLite Micro.
 */
void cg_signal_window(const int16_t *input, const int16_t *window, int32_t count, int32_t size, int32_t shift,
                      int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_WINDOW_H */
