/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_lstm_f32.h"

#include <float.h>
#include <stddef.h>

#include "cg_dot_f32.h"
#include "cg_float.h"
#include "cg_logistic_f32.h"
#include "cg_tanh_f32.h"

/* The reference's activation "none": infinity becomes the largest number. */
static float cg_finite(float value) {
    return cg_clamp_f32(value, -FLT_MAX, FLT_MAX);
}

/* A gate of one unit before its activation. */
static float cg_gate(const cg_lstm_f32_params *params, const cg_lstm_f32_gate *gate, int32_t unit, const float *x,
                     const float *h) {
    const int32_t depth = params->sizes.depth;
    const int32_t units = params->sizes.units;
    const float of_input = cg_dot_f32(x, gate->input_weights + (ptrdiff_t)unit * depth, depth) + gate->bias[unit];
    return cg_finite(of_input) + cg_finite(cg_dot_f32(h, gate->recurrent_weights + (ptrdiff_t)unit * units, units));
}

static float cg_unit(const cg_lstm_f32_params *params, int32_t unit, const float *x, const float *h, float *cell) {
    float gates[CG_LSTM_GATES];
    float squashed;
    gates[CG_LSTM_FORGET] = cg_gate(params, &params->forget_gate, unit, x, h);
    gates[CG_LSTM_INPUT] = cg_gate(params, &params->input_gate, unit, x, h);
    gates[CG_LSTM_OUTPUT] = cg_gate(params, &params->output_gate, unit, x, h);
    gates[CG_LSTM_CELL] = cg_gate(params, &params->cell_gate, unit, x, h);
    cg_logistic_f32(gates, 3, gates);
    cg_tanh_f32(gates + CG_LSTM_CELL, 1, gates + CG_LSTM_CELL);
    *cell = cg_finite(gates[CG_LSTM_FORGET] * *cell) + cg_finite(gates[CG_LSTM_INPUT] * gates[CG_LSTM_CELL]);
    if (params->clip > 0.0f) {
        *cell = cg_clamp_f32(*cell, -params->clip, params->clip);
    }
    cg_tanh_f32(cell, 1, &squashed);
    return cg_finite(squashed * gates[CG_LSTM_OUTPUT]);
}

void cg_lstm_f32(const cg_lstm_f32_params *params, const float *input, float *hidden, float *cells, float *output) {
    CG_LSTM_STEPS(float, params->sizes, input, hidden, output, cg_unit(params, unit, x, h, cells + cell));
}
