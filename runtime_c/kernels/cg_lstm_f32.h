/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LSTM_F32_H
#define CG_LSTM_F32_H

#include <stdint.h>

#include "cg_lstm.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * UNIDIRECTIONAL_SEQUENCE_LSTM of float.
 *
 *   input   sequences, as cg_lstm_sizes says
 *   hidden  [batches][units], cells [batches][units]: the state; becomes that of the next invocation
 *   output  sequences of the hidden state
 *
 * Bounds: sizes >= 1. clip: 0 for none.
 *
 * Aliasing: output, hidden and cells may not overlap each other or anything else.
 *
 * Arithmetic: EvalLstm of TFLite Micro (lstm_eval.h), sums in the same order. Batches do not depend on each other, nor
 * units of a step, so they are computed one by one in place of gate by gate.
 */
typedef struct {
    const float *input_weights;     /* [units][depth] */
    const float *recurrent_weights; /* [units][units] */
    const float *bias;              /* [units] */
} cg_lstm_f32_gate;

typedef struct {
    cg_lstm_sizes sizes;
    float clip;
    cg_lstm_f32_gate forget_gate;
    cg_lstm_f32_gate input_gate;
    cg_lstm_f32_gate output_gate;
    cg_lstm_f32_gate cell_gate;
} cg_lstm_f32_params;

void cg_lstm_f32(const cg_lstm_f32_params *params, const float *input, float *hidden, float *cells, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LSTM_F32_H */
