/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_lstm_s16.h"

#include <stddef.h>

#include "cg_requantize_s64.h"

/* Sum of (vector[i] + offset) * weights[i]. */
static int64_t cg_dot_s16_s8(const int16_t *vector, const int8_t *weights, int32_t count, int32_t offset) {
    int64_t sum = 0;
    for (int32_t i = 0; i < count; ++i) {
        sum += ((int32_t)vector[i] + offset) * (int32_t)weights[i];
    }
    return sum;
}

/* A gate of one unit before its activation, Q3.12: both products are clamped, then their sum. */
static int16_t cg_gate(const cg_lstm_s16_params *params, const cg_lstm_s16_gate *gate, int32_t unit, const int16_t *x,
                       const int16_t *h) {
    const int32_t depth = params->sizes.depth;
    const int32_t units = params->sizes.units;
    const int64_t of_input =
        cg_dot_s16_s8(x, gate->input_weights + (ptrdiff_t)unit * depth, depth, params->input_offset);
    const int64_t of_hidden =
        cg_dot_s16_s8(h, gate->recurrent_weights + (ptrdiff_t)unit * units, units, params->hidden_offset);
    const int64_t biased = (int64_t)((uint64_t)of_input + (uint64_t)gate->bias[unit]);
    return (int16_t)cg_lstm_clamp(
        cg_lstm_clamp(cg_requantize_s64(biased, gate->input_multiplier, gate->input_shift)) +
        cg_lstm_clamp(cg_requantize_s64(of_hidden, gate->recurrent_multiplier, gate->recurrent_shift)));
}

static int16_t cg_unit(const cg_lstm_s16_params *params, const uint16_t *table, int32_t unit, const int16_t *x,
                       const int16_t *h, int16_t *cell) {
    int16_t gates[CG_LSTM_GATES];
    gates[CG_LSTM_FORGET] = cg_gate(params, &params->forget_gate, unit, x, h);
    gates[CG_LSTM_INPUT] = cg_gate(params, &params->input_gate, unit, x, h);
    gates[CG_LSTM_OUTPUT] = cg_gate(params, &params->output_gate, unit, x, h);
    gates[CG_LSTM_CELL] = cg_gate(params, &params->cell_gate, unit, x, h);
    return (int16_t)cg_lstm_update(&params->cell, table, gates, cell);
}

void cg_lstm_s16(const cg_lstm_s16_params *params, const uint16_t *table, const int16_t *input, int16_t *hidden,
                 int16_t *cells, int16_t *output) {
    CG_LSTM_STEPS(int16_t, params->sizes, input, hidden, output, cg_unit(params, table, unit, x, h, cells + cell));
}
