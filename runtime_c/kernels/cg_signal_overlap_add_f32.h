/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_OVERLAP_ADD_F32_H
#define CG_SIGNAL_OVERLAP_ADD_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalOverlapAdd of float32 for several streams: frames that begin `step` samples apart, added up.
 *
 *   frames   frames of a stream in one call
 *   size     samples of a frame
 *   sums     [streams, size - step]: what the frames so far add to those to come: the state, zeros at first
 *
 * Bounds: streams, frames >= 1; 1 <= step <= size (sums is not read if they are equal).
 *
 * Aliasing: nothing may overlap.
 *
 * Arithmetic: tflm_signal::OverlapAdd of TFLite Micro.
 */
typedef struct {
    int32_t streams;
    int32_t frames;
    int32_t size;
    int32_t step;
} cg_signal_overlap_add_f32_params;

void cg_signal_overlap_add_f32(const cg_signal_overlap_add_f32_params *params, const float *input, float *sums,
                               float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_OVERLAP_ADD_F32_H */
