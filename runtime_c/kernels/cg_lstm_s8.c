/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_lstm_s8.h"

#include <stddef.h>

#include "cg_dot.h"

/* A gate of one unit before its activation, Q3.12: both products are clamped, then their sum. */
static int16_t cg_gate(const cg_lstm_s8_params *params, const cg_lstm_s8_gate *gate, int32_t unit, const int8_t *x,
                       const int8_t *h) {
    const int32_t depth = params->sizes.depth;
    const int32_t units = params->sizes.units;
    const int32_t of_input = cg_dot_s8(x, gate->input_weights + (ptrdiff_t)unit * depth, depth, params->input_offset);
    const int32_t of_hidden =
        cg_dot_s8(h, gate->recurrent_weights + (ptrdiff_t)unit * units, units, params->hidden_offset);
    const int32_t biased = cg_wrapping_add(of_input, gate->bias[unit]);
    return (int16_t)cg_lstm_clamp(
        cg_lstm_clamp(cg_requantize(biased, gate->input_multiplier, gate->input_shift)) +
        cg_lstm_clamp(cg_requantize(of_hidden, gate->recurrent_multiplier, gate->recurrent_shift)));
}

static int8_t cg_unit(const cg_lstm_s8_params *params, const uint16_t *table, int32_t unit, const int8_t *x,
                      const int8_t *h, int16_t *cell) {
    int16_t gates[CG_LSTM_GATES];
    gates[CG_LSTM_FORGET] = cg_gate(params, &params->forget_gate, unit, x, h);
    gates[CG_LSTM_INPUT] = cg_gate(params, &params->input_gate, unit, x, h);
    gates[CG_LSTM_OUTPUT] = cg_gate(params, &params->output_gate, unit, x, h);
    gates[CG_LSTM_CELL] = cg_gate(params, &params->cell_gate, unit, x, h);
    return (int8_t)cg_lstm_update(&params->cell, table, gates, cell);
}

void cg_lstm_s8(const cg_lstm_s8_params *params, const uint16_t *table, const int8_t *input, int8_t *hidden,
                int16_t *cells, int8_t *output) {
    CG_LSTM_STEPS(int8_t, params->sizes, input, hidden, output, cg_unit(params, table, unit, x, h, cells + cell));
}
