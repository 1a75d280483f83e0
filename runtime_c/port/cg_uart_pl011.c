/* SPDX-License-Identifier: Apache-2.0 */
/* Arm's PL011, on RP2040, RP2350 and Stellaris. Source: PrimeCell UART (PL011) TRM (DDI 0183). */
#include "cg_board.h"

#define DR 0x00U
#define FR 0x18U /* bit 4: nothing received, 5: no room to transmit */
#define IBRD 0x24U
#define FBRD 0x28U
#define LCR_H 0x2CU /* bit 4: FIFOs, 6:5: word length */
#define CR 0x30U    /* bit 0: on, 8: transmitter, 9: receiver */

static volatile uint32_t *reg(uintptr_t uart, uint32_t offset) {
    return (volatile uint32_t *)(uart + offset);
}

void cg_uart_open(uintptr_t uart, uint32_t uart_hz, uint32_t baud) {
    const uint32_t divider = (8U * uart_hz / baud + 1U) / 2U; /* in 64ths of 16 clocks */
    *reg(uart, CR) = 0;
    *reg(uart, IBRD) = divider >> 6;
    *reg(uart, FBRD) = divider & 63U;
    *reg(uart, LCR_H) = 3U << 5 | 1U << 4;
    *reg(uart, CR) = 1U | 1U << 8 | 1U << 9;
}

int cg_uart_get(uintptr_t uart) {
    return (*reg(uart, FR) & 1U << 4) == 0 ? (int)(*reg(uart, DR) & 0xFFU) : -1;
}

void cg_uart_put(uintptr_t uart, uint8_t byte) {
    while ((*reg(uart, FR) & 1U << 5) != 0) {
    }
    *reg(uart, DR) = byte;
}
