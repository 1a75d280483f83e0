/* SPDX-License-Identifier: Apache-2.0 */
/* What a board's start takes, as data: a generated file has it from the board's TOML file. */
#ifndef CG_BOARD_H_INCLUDED
#define CG_BOARD_H_INCLUDED

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One access of a 32-bit register: (register & ~mask) | value is written, or waited for: until (register & mask) equals
 * value, or patience ends. */
enum { CG_STEP_SET = 0, CG_STEP_WAIT = 1 };
typedef struct {
    uintptr_t address;
    uint32_t mask, value;
    uint8_t kind;
} cg_step;

typedef struct {
    const cg_step *clock; /* from the reset clock to core_hz; given up at the first wait that is in vain */
    uint32_t clock_steps;
    const cg_step *line; /* power and pins of the UART */
    uint32_t line_steps;
    uint32_t reset_hz, core_hz;           /* core's clock before and after */
    uint32_t uart_reset_hz, uart_core_hz; /* UART's, likewise */
    uintptr_t uart;                       /* address */
    uint32_t baud;
} cg_board;

extern const cg_board cg_this_board;

/* Does the steps; the core's clock in Hz. `uart_hz` becomes the UART's. */
uint32_t cg_board_start(const cg_board *board, uint32_t *uart_hz);

/* A UART's driver: 8 bits, no parity, one stop bit, by polling. A board's image has just one of them. */
void cg_uart_open(uintptr_t uart, uint32_t uart_hz, uint32_t baud);
int cg_uart_get(uintptr_t uart); /* a byte, or -1: none has come */
void cg_uart_put(uintptr_t uart, uint8_t byte);

#ifdef __cplusplus
}
#endif
#endif /* CG_BOARD_H_INCLUDED */
