/* SPDX-License-Identifier: Apache-2.0 */
/* The UART of MAX78000. Source: MAX78000 User Guide (UG7456), UART registers. */
#include "cg_board.h"

#define CTRL 0x00U   /* 11:10: bits of a character, 15: baud clock on, 17:16: its source (0: peripherals' clock) */
#define STATUS 0x04U /* bit 4: receive FIFO empty, 7: transmit FIFO full */
#define CLKDIV 0x10U
#define OSR 0x14U
#define FIFO 0x20U
#define BAUD_CLOCK_READY (1U << 19)
#define PATIENCE 100000U

static volatile uint32_t *reg(uintptr_t uart, uint32_t offset) {
    return (volatile uint32_t *)(uart + offset);
}

void cg_uart_open(uintptr_t uart, uint32_t uart_hz, uint32_t baud) {
    *reg(uart, CTRL) = 3U << 10 | 1U; /* 8 bits; threshold of one byte */
    *reg(uart, OSR) = 5U;
    *reg(uart, CLKDIV) = (uart_hz + baud / 2U) / baud;
    *reg(uart, CTRL) |= 1U << 15;
    for (uint32_t polls = 0; (*reg(uart, CTRL) & BAUD_CLOCK_READY) == 0 && polls < PATIENCE; polls++) {
    }
}

int cg_uart_get(uintptr_t uart) {
    return (*reg(uart, STATUS) & 1U << 4) == 0 ? (int)(*reg(uart, FIFO) & 0xFFU) : -1;
}

void cg_uart_put(uintptr_t uart, uint8_t byte) {
    while ((*reg(uart, STATUS) & 1U << 7) != 0) {
    }
    *reg(uart, FIFO) = byte;
}
