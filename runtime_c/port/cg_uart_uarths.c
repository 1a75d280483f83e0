/* SPDX-License-Identifier: Apache-2.0 */
/* The K210's UARTHS, a SiFive UART. Source: SiFive FE310-G000 Manual, 18; kendryte-standalone-sdk, uarths.c. */
#include "cg_board.h"

#define TXDATA 0x00U /* bit 31: full */
#define RXDATA 0x04U /* bit 31: empty */
#define TXCTRL 0x08U
#define RXCTRL 0x0CU
#define DIV 0x18U
#define NOT_READY 0x80000000U

static volatile uint32_t *reg(uintptr_t uart, uint32_t offset) {
    return (volatile uint32_t *)(uart + offset);
}

void cg_uart_open(uintptr_t uart, uint32_t uart_hz, uint32_t baud) {
    *reg(uart, DIV) = (uart_hz + baud / 2U) / baud - 1U;
    *reg(uart, TXCTRL) = 1;
    *reg(uart, RXCTRL) = 1;
}

int cg_uart_get(uintptr_t uart) {
    const uint32_t data = *reg(uart, RXDATA); /* the read takes it */
    return (data & NOT_READY) != 0 ? -1 : (int)(data & 0xFFU);
}

void cg_uart_put(uintptr_t uart, uint8_t byte) {
    while ((*reg(uart, TXDATA) & NOT_READY) != 0) {
    }
    *reg(uart, TXDATA) = byte;
}
