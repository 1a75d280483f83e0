/* SPDX-License-Identifier: Apache-2.0 */
/* The UART of Arm's CMSDK, on MPS2 and MPS3. Source: Cortex-M System Design Kit TRM (DDI 0479), APB UART. */
#include "cg_board.h"

#define DATA 0x00U
#define STATE 0x04U /* bit 0: transmit buffer full, 1: receive buffer full */
#define CTRL 0x08U  /* bit 0: transmitter on, 1: receiver on */
#define BAUDDIV 0x10U

static volatile uint32_t *reg(uintptr_t uart, uint32_t offset) {
    return (volatile uint32_t *)(uart + offset);
}

void cg_uart_open(uintptr_t uart, uint32_t uart_hz, uint32_t baud) {
    const uint32_t divider = (uart_hz + baud / 2U) / baud;
    *reg(uart, CTRL) = 0;
    *reg(uart, BAUDDIV) = divider < 16U ? 16U : divider;
    *reg(uart, CTRL) = 3U;
}

int cg_uart_get(uintptr_t uart) {
    return (*reg(uart, STATE) & 2U) != 0 ? (int)(*reg(uart, DATA) & 0xFFU) : -1;
}

void cg_uart_put(uintptr_t uart, uint8_t byte) {
    while ((*reg(uart, STATE) & 1U) != 0) {
    }
    *reg(uart, DATA) = byte;
}
