/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LSTM_CELL_H
#define CG_LSTM_CELL_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_logistic_s16.h"
#include "cg_lstm.h"
#include "cg_requantize.h"
#include "cg_tanh_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A cell of 16 bits. Gates before their activation are Q3.12, after it Q0.15. Factors are multipliers and shifts as
 * cg_requantize takes them: `kept` of forget gate * cell, `added` of input gate * cell gate, `shown` of output gate *
 * tanh(cell). tanh_multiplier and tanh_shift as cg_tanh_s16 takes them. clip: negative for none. shown_*: of the hidden
 * state.
 */
typedef struct {
    int32_t kept_multiplier;
    int32_t kept_shift;
    int32_t added_multiplier;
    int32_t added_shift;
    int32_t shown_multiplier;
    int32_t shown_shift;
    int32_t shown_zero_point;
    int32_t shown_min;
    int32_t shown_max;
    int32_t tanh_multiplier;
    int32_t tanh_shift;
    int32_t clip;
} cg_lstm_cell;

CG_INLINE int32_t cg_lstm_clamp(int32_t value) {
    return cg_clamp_s32(value, -32768, 32767);
}

/* The new state of a cell and its output, from gates before their activation (which they lose). `table` is that of
 * cg_sigmoid.h. */
CG_INLINE int32_t cg_lstm_update(const cg_lstm_cell *cell, const uint16_t *table, int16_t *gates, int16_t *state) {
    int16_t squashed;
    cg_logistic_s16(table, 3, 0, gates, 3, gates);
    cg_tanh_s16(table, 3, 0, gates + CG_LSTM_CELL, 1, gates + CG_LSTM_CELL);
    const int32_t kept =
        cg_requantize((int32_t)gates[CG_LSTM_FORGET] * *state, cell->kept_multiplier, cell->kept_shift);
    const int32_t added =
        cg_requantize((int32_t)gates[CG_LSTM_INPUT] * gates[CG_LSTM_CELL], cell->added_multiplier, cell->added_shift);
    *state = (int16_t)cg_lstm_clamp(cg_lstm_clamp(kept) + cg_lstm_clamp(added));
    if (cell->clip >= 0) {
        *state = (int16_t)cg_clamp_s32(*state, -cell->clip, cell->clip);
    }
    cg_tanh_s16(table, cell->tanh_multiplier, cell->tanh_shift, state, 1, &squashed);
    const int32_t shown =
        cg_requantize((int32_t)squashed * gates[CG_LSTM_OUTPUT], cell->shown_multiplier, cell->shown_shift);
    return cg_clamp_s32(cg_wrapping_add(shown, cell->shown_zero_point), cell->shown_min, cell->shown_max);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_LSTM_CELL_H */
