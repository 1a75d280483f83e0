/* SPDX-License-Identifier: Apache-2.0 */
/* The USART of STM32 since F0 and F3 (L4, H7, U5, ...): separate data registers, errors cleared by ICR.
 * Source: ST RM0432 (L4+), RM0455 (H7A3), RM0456 (U5), USART registers. */
#include "cg_board.h"

#define CR1 0x00U /* bit 0: on, 2: receiver, 3: transmitter */
#define BRR 0x0CU
#define ISR 0x1CU /* bit 3: overrun, 5: received, 7: transmit register empty */
#define ICR 0x20U
#define RDR 0x24U
#define TDR 0x28U

static volatile uint32_t *reg(uintptr_t uart, uint32_t offset) {
    return (volatile uint32_t *)(uart + offset);
}

void cg_uart_open(uintptr_t uart, uint32_t uart_hz, uint32_t baud) {
    *reg(uart, CR1) = 0;
    *reg(uart, BRR) = (uart_hz + baud / 2U) / baud;
    *reg(uart, CR1) = 1U | 1U << 2 | 1U << 3;
}

int cg_uart_get(uintptr_t uart) {
    const uint32_t state = *reg(uart, ISR);
    if ((state & 1U << 3) != 0) {
        *reg(uart, ICR) = 1U << 3; /* the frame is damaged, but the line goes on */
    }
    return (state & 1U << 5) != 0 ? (int)(*reg(uart, RDR) & 0xFFU) : -1;
}

void cg_uart_put(uintptr_t uart, uint8_t byte) {
    while ((*reg(uart, ISR) & 1U << 7) == 0) {
    }
    *reg(uart, TDR) = byte;
}
