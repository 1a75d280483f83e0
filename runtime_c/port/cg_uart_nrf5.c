/* SPDX-License-Identifier: Apache-2.0 */
/* The UART of nRF51 and nRF52 (the one without DMA); pins are chosen by the board's steps.
 * Source: Nordic nRF51 Series Reference Manual and nRF52840 Product Specification, UART. */
#include "cg_board.h"

#define STARTRX 0x000U
#define STARTTX 0x008U
#define RXDRDY 0x108U
#define TXDRDY 0x11CU
#define ENABLE 0x500U
#define RXD 0x518U
#define TXD 0x51CU
#define BAUDRATE 0x524U

static volatile uint32_t *reg(uintptr_t uart, uint32_t offset) {
    return (volatile uint32_t *)(uart + offset);
}

void cg_uart_open(uintptr_t uart, uint32_t uart_hz, uint32_t baud) {
    /* baud * 2^32 / clock, rounded to the 20 upper bits as in Nordic's table of rates: bit by bit, for a division of 64
     * bits would bring 750 bytes of library */
    uint32_t rate = 0, rest = baud;
    for (unsigned bit = 0; bit < 20U; bit++) {
        rest <<= 1;
        rate <<= 1;
        if (rest >= uart_hz) {
            rest -= uart_hz;
            rate |= 1U;
        }
    }
    rate += 2U * rest >= uart_hz;
    *reg(uart, BAUDRATE) = rate << 12;
    *reg(uart, ENABLE) = 4U;
    *reg(uart, RXDRDY) = 0;
    *reg(uart, STARTRX) = 1U;
    *reg(uart, STARTTX) = 1U;
}

int cg_uart_get(uintptr_t uart) {
    if (*reg(uart, RXDRDY) == 0) {
        return -1;
    }
    *reg(uart, RXDRDY) = 0; /* before the read: the next byte in the FIFO raises it again */
    return (int)(*reg(uart, RXD) & 0xFFU);
}

void cg_uart_put(uintptr_t uart, uint8_t byte) {
    *reg(uart, TXDRDY) = 0;
    *reg(uart, TXD) = byte;
    while (*reg(uart, TXDRDY) == 0) {
    }
}
