/* SPDX-License-Identifier: Apache-2.0 */
/* See cg_board.h. */
#include "cg_board.h"

#define PATIENCE 100000U /* polls: an oscillator starts within some milliseconds */

static volatile uint32_t *reg(uintptr_t address) {
    return (volatile uint32_t *)address;
}

/* Whether all steps were done. */
static int are_done(const cg_step *steps, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const cg_step *step = &steps[i];
        if (step->kind == CG_STEP_SET) {
            /* A mask of all bits writes the value without a read, which may have effects of its own. */
            const uint32_t kept = step->mask == UINT32_MAX ? 0U : *reg(step->address) & ~step->mask;
            *reg(step->address) = kept | step->value;
            continue;
        }
        uint32_t polls = 0;
        while ((*reg(step->address) & step->mask) != step->value) {
            if (++polls == PATIENCE) {
                return 0;
            }
        }
    }
    return 1;
}

uint32_t cg_board_start(const cg_board *board, uint32_t *uart_hz) {
    const int is_fast = are_done(board->clock, board->clock_steps);
    (void)are_done(board->line, board->line_steps);
    *uart_hz = is_fast ? board->uart_core_hz : board->uart_reset_hz;
    return is_fast ? board->core_hz : board->reset_hz;
}
