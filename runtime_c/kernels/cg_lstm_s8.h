/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LSTM_S8_H
#define CG_LSTM_S8_H

#include <stdint.h>

#include "cg_lstm_cell.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * UNIDIRECTIONAL_SEQUENCE_LSTM of int8 with weights of int8, biases of int32 and cells of int16.
 *
 *   table   256 values of the logistic function (cg_sigmoid.h)
 *   input   sequences, as cg_lstm_sizes says
 *   hidden  [batches][units], cells [batches][units]: the state; becomes that of the next invocation
 *   output  sequences of the hidden state
 *
 * Bounds: sizes >= 1; zero points in the type; shifts in [-31, 30]; depth and units at most 65793, so that products fit
 * 32 bits. Sums with a bias wrap.
 *
 * Aliasing: output, hidden and cells may not overlap each other or anything else.
 *
 * Arithmetic: EvalLstm of TFLite Micro (lstm_eval.h). Batches do not depend on each other, nor units of a step, so they
 * are computed one by one in place of gate by gate.
 */
typedef struct {
    const int8_t *input_weights;     /* [units][depth] */
    const int8_t *recurrent_weights; /* [units][units] */
    const int32_t *bias;             /* [units] */
    int32_t input_multiplier;
    int32_t input_shift;
    int32_t recurrent_multiplier;
    int32_t recurrent_shift;
} cg_lstm_s8_gate;

typedef struct {
    cg_lstm_sizes sizes;
    cg_lstm_cell cell;
    int32_t input_offset;  /* minus the zero point */
    int32_t hidden_offset; /* minus the zero point */
    cg_lstm_s8_gate forget_gate;
    cg_lstm_s8_gate input_gate;
    cg_lstm_s8_gate output_gate;
    cg_lstm_s8_gate cell_gate;
} cg_lstm_s8_params;

void cg_lstm_s8(const cg_lstm_s8_params *params, const uint16_t *table, const int8_t *input, int8_t *hidden,
                int16_t *cells, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LSTM_S8_H */
