/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_STACKER_H
#define CG_SIGNAL_STACKER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalStacker: `frames` frames at a time as one, `step` frames from one output to the next. The first frame counts as
 * if it had come `left` times before.
 *
 *   channels   elements of a frame
 *   held       [max(frames - 1, 1), channels]: part of the state
 *   count      0 before the first frame, then 1 + the frames held: part of the state, 0 at first
 *   is_valid   1 if there is an output; else 0, and the output is zeros
 *
 * Bounds: channels >= 1; 0 <= left < frames; 1 <= step <= frames.
 *
 * Aliasing: nothing may overlap.
 *
 * Source: stacker.cc of TFLite Micro's signal library, which leaves an output that is not valid unwritten.
 */
typedef struct {
    int32_t channels;
    int32_t frames;
    int32_t left;
    int32_t step;
} cg_signal_stacker_params;

void cg_signal_stacker(const cg_signal_stacker_params *params, const int16_t *input, int16_t *held, int32_t *count,
                       int16_t *output, uint8_t *is_valid);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_STACKER_H */
