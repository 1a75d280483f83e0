/* SPDX-License-Identifier: Apache-2.0 */
/* The USART of STM32F1, F2 and F4: status and data registers. Source: ST RM0090, USART registers. */
#include "cg_board.h"

#define SR 0x00U /* bit 5: received, 7: transmit register empty */
#define DR 0x04U
#define BRR 0x08U
#define CR1 0x0CU /* bit 13: on, 3: transmitter, 2: receiver */

static volatile uint32_t *reg(uintptr_t uart, uint32_t offset) {
    return (volatile uint32_t *)(uart + offset);
}

void cg_uart_open(uintptr_t uart, uint32_t uart_hz, uint32_t baud) {
    *reg(uart, CR1) = 0;
    *reg(uart, BRR) = (uart_hz + baud / 2U) / baud; /* oversampling by 16: mantissa and fraction are this quotient */
    *reg(uart, CR1) = 1U << 13 | 1U << 3 | 1U << 2;
}

int cg_uart_get(uintptr_t uart) {
    return (*reg(uart, SR) & 1U << 5) != 0 ? (int)(*reg(uart, DR) & 0xFFU) : -1;
}

void cg_uart_put(uintptr_t uart, uint8_t byte) {
    while ((*reg(uart, SR) & 1U << 7) == 0) {
    }
    *reg(uart, DR) = byte;
}
