/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LSTM_F32_S8_H
#define CG_LSTM_F32_S8_H

#include <stdint.h>

#include "cg_lstm.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * UNIDIRECTIONAL_SEQUENCE_LSTM of float with int8 weights (dynamic range): in each step the input and the hidden state
 * are quantized to int8 first.
 *
 *   input    sequences, as cg_lstm_sizes says
 *   hidden   [batches][units], cells [batches][units]: the state; becomes that of the next invocation
 *   scratch  depth + units bytes
 *   output   sequences of the hidden state
 *
 * Bounds: sizes >= 1; depth and units <= 65793, so that sums of products fit 32 bits. clip: 0 for none. `asymmetric`:
 * 0, or 1 to quantize with a zero point.
 *
 * Aliasing: output, hidden, cells and scratch may not overlap each other or anything else.
 *
 * Arithmetic: EvalHybrid of lstm_eval.cc of TFLite. Batches do not depend on each other, nor units of a step, so they
 * are computed one by one in place of gate by gate.
 */
typedef struct {
    const int8_t *input_weights; /* [units][depth] */
    float input_scale;
    const int8_t *recurrent_weights; /* [units][units] */
    float recurrent_scale;
    const float *bias; /* [units] */
} cg_lstm_f32_s8_gate;

typedef struct {
    cg_lstm_sizes sizes;
    float clip;
    int32_t asymmetric;
    cg_lstm_f32_s8_gate forget_gate;
    cg_lstm_f32_s8_gate input_gate;
    cg_lstm_f32_s8_gate output_gate;
    cg_lstm_f32_s8_gate cell_gate;
} cg_lstm_f32_s8_params;

void cg_lstm_f32_s8(const cg_lstm_f32_s8_params *params, const float *input, float *hidden, float *cells, void *scratch,
                    float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LSTM_F32_S8_H */
