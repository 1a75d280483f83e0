/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_lstm_f32_s8.h"

#include <stddef.h>

#include "cg_dot.h"
#include "cg_float.h"
#include "cg_hybrid.h"
#include "cg_logistic_f32.h"
#include "cg_tanh_f32.h"

/* The input and the hidden state of a step as int8. */
typedef struct {
    int8_t *input;
    int8_t *hidden;
    cg_hybrid_scale input_scale;
    cg_hybrid_scale hidden_scale;
} cg_lstm_step;

/* A gate of one unit before its activation. */
static float cg_gate(const cg_lstm_f32_s8_params *params, const cg_lstm_f32_s8_gate *gate, int32_t unit,
                     const cg_lstm_step *step) {
    const int32_t depth = params->sizes.depth;
    const int32_t units = params->sizes.units;
    const int8_t *input_weights = gate->input_weights + (ptrdiff_t)unit * depth;
    const int8_t *recurrent_weights = gate->recurrent_weights + (ptrdiff_t)unit * units;
    const int32_t of_input = cg_dot_s8(step->input, input_weights, depth, -step->input_scale.offset);
    const int32_t of_hidden = cg_dot_s8(step->hidden, recurrent_weights, units, -step->hidden_scale.offset);
    const float sum = gate->bias[unit] + (float)of_input * (step->input_scale.factor * gate->input_scale);
    return sum + (float)of_hidden * (step->hidden_scale.factor * gate->recurrent_scale);
}

static float cg_unit(const cg_lstm_f32_s8_params *params, int32_t unit, const float *x, const float *h, float *cell,
                     cg_lstm_step *step) {
    float gates[CG_LSTM_GATES];
    float squashed;
    if (unit == 0) {
        step->input_scale = cg_quantize_hybrid(x, params->sizes.depth, params->asymmetric, step->input);
        step->hidden_scale = cg_quantize_hybrid(h, params->sizes.units, params->asymmetric, step->hidden);
    }
    gates[CG_LSTM_FORGET] = cg_gate(params, &params->forget_gate, unit, step);
    gates[CG_LSTM_INPUT] = cg_gate(params, &params->input_gate, unit, step);
    gates[CG_LSTM_OUTPUT] = cg_gate(params, &params->output_gate, unit, step);
    gates[CG_LSTM_CELL] = cg_gate(params, &params->cell_gate, unit, step);
    cg_logistic_f32(gates, 3, gates);
    cg_tanh_f32(gates + CG_LSTM_CELL, 1, gates + CG_LSTM_CELL);
    *cell = gates[CG_LSTM_FORGET] * *cell + gates[CG_LSTM_INPUT] * gates[CG_LSTM_CELL];
    if (params->clip > 0.0f) {
        *cell = cg_clamp_f32(*cell, -params->clip, params->clip);
    }
    cg_tanh_f32(cell, 1, &squashed);
    return squashed * gates[CG_LSTM_OUTPUT];
}

void cg_lstm_f32_s8(const cg_lstm_f32_s8_params *params, const float *input, float *hidden, float *cells, void *scratch,
                    float *output) {
    cg_lstm_step step;
    step.input = (int8_t *)scratch;
    step.hidden = step.input + params->sizes.depth;
    step.input_scale.factor = step.hidden_scale.factor = 1.0f;
    step.input_scale.offset = step.hidden_scale.offset = 0;
    CG_LSTM_STEPS(float, params->sizes, input, hidden, output, cg_unit(params, unit, x, h, cells + cell, &step));
}
