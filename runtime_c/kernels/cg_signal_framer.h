/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_FRAMER_H
#define CG_SIGNAL_FRAMER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalFramer: overlapping frames of streams that come in pieces of steps * step samples.
 *
 *   steps     frames of one call
 *   step      samples from one frame to the next
 *   size      samples of a frame
 *   held      samples of a stream that are kept between calls; a frame is the first `size` of the held ones and the
 *             `step` new ones
 *   warm_up   steps before the first frame is whole: such a frame is zeros, and *is_valid 0
 *   history   [streams, held]: part of the state, zeros at first
 *   seen      the steps so far, up to warm_up: part of the state, 0 at first
 *
 * Bounds: streams, steps, step, size >= 1; held >= 0, size <= held + step; warm_up >= 0. history is not read if held is
 * 0, seen if warm_up is 0.
 *
 * Aliasing: nothing may overlap.
 *
 * Source: framer.cc of TFLite Micro's signal library, which leaves frames that are not whole unwritten.
 */
typedef struct {
    int32_t streams;
    int32_t steps;
    int32_t step;
    int32_t size;
    int32_t held;
    int32_t warm_up;
} cg_signal_framer_params;

void cg_signal_framer(const cg_signal_framer_params *params, const int16_t *input, int16_t *history, int32_t *seen,
                      int16_t *output, uint8_t *is_valid);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_FRAMER_H */
