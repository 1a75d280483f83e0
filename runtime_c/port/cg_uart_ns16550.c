/* SPDX-License-Identifier: Apache-2.0 */
/* A 16550 with registers of a byte, as QEMU's RISC-V machine has it. Source: TI PC16550D, 8. */
#include "cg_board.h"

enum { DATA = 0, DIVISOR_LOW = 0, DIVISOR_HIGH = 1, FIFO = 2, LINE = 3, STATUS = 5 };
#define DIVISOR_ACCESS 0x80U
#define EIGHT_BITS 0x03U
#define HAS_DATA 0x01U
#define CAN_TAKE 0x20U

static volatile uint8_t *reg(uintptr_t uart, uintptr_t offset) {
    return (volatile uint8_t *)(uart + offset);
}

void cg_uart_open(uintptr_t uart, uint32_t uart_hz, uint32_t baud) {
    const uint32_t divisor = (uart_hz + 8U * baud) / (16U * baud);
    *reg(uart, LINE) = DIVISOR_ACCESS | EIGHT_BITS;
    *reg(uart, DIVISOR_LOW) = (uint8_t)(divisor & 0xFFU);
    *reg(uart, DIVISOR_HIGH) = (uint8_t)(divisor >> 8 & 0xFFU);
    *reg(uart, LINE) = EIGHT_BITS;
    *reg(uart, FIFO) = 0; /* none: with it, QEMU 7.2 stops receiving now and then */
}

int cg_uart_get(uintptr_t uart) {
    return (*reg(uart, STATUS) & HAS_DATA) != 0 ? *reg(uart, DATA) : -1;
}

void cg_uart_put(uintptr_t uart, uint8_t byte) {
    while ((*reg(uart, STATUS) & CAN_TAKE) == 0) {
    }
    *reg(uart, DATA) = byte;
}
