/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LSTM_S16_H
#define CG_LSTM_S16_H

#include <stdint.h>

#include "cg_lstm_cell.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * UNIDIRECTIONAL_SEQUENCE_LSTM of int16 with weights of int8, biases of int64 and cells of int16.
 *
 *   table   256 values of the logistic function (cg_sigmoid.h)
 *   input   sequences, as cg_lstm_sizes says
 *   hidden  [batches][units], cells [batches][units]: the state; becomes that of the next invocation
 *   output  sequences of the hidden state
 *
 * Bounds: sizes >= 1; zero points in the type; shifts in [-31, 7]. Sums with a bias wrap.
 *
 * Aliasing: output, hidden and cells may not overlap each other or anything else.
 *
 * Arithmetic: EvalLstm of TFLite Micro (lstm_eval.h). Batches do not depend on each other, nor units of a step, so they
 * are computed one by one in place of gate by gate.
 */
typedef struct {
    const int8_t *input_weights;     /* [units][depth] */
    const int8_t *recurrent_weights; /* [units][units] */
    const int64_t *bias;             /* [units] */
    int32_t input_multiplier;
    int32_t input_shift;
    int32_t recurrent_multiplier;
    int32_t recurrent_shift;
} cg_lstm_s16_gate;

typedef struct {
    cg_lstm_sizes sizes;
    cg_lstm_cell cell;
    int32_t input_offset;  /* minus the zero point */
    int32_t hidden_offset; /* minus the zero point */
    cg_lstm_s16_gate forget_gate;
    cg_lstm_s16_gate input_gate;
    cg_lstm_s16_gate output_gate;
    cg_lstm_s16_gate cell_gate;
} cg_lstm_s16_params;

void cg_lstm_s16(const cg_lstm_s16_params *params, const uint16_t *table, const int16_t *input, int16_t *hidden,
                 int16_t *cells, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LSTM_S16_H */
