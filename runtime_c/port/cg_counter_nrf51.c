/* SPDX-License-Identifier: Apache-2.0 */
/* The counter of cg_port.h on TIMER0 of nRF51, whose Cortex-M0 has no SysTick: 32 bits at 16 MHz, the core's clock.
 *
 * For intervals of less than 268 seconds. Source: Nordic nRF51 Series Reference Manual, TIMER. */
#include "cg_port.h"

#define TIMER(offset) (*(volatile uint32_t *)(0x40008000U + (offset)))
#define START 0x000U
#define CLEAR 0x00CU
#define CAPTURE 0x040U
#define BITMODE 0x508U
#define PRESCALER 0x510U
#define CC 0x540U

const uint32_t cg_counter_poll_instructions = 5;

void cg_systick_handler(void);
void cg_systick_handler(void) {
}

void cg_counter_start(void) {
    TIMER(BITMODE) = 3; /* 32 bits */
    TIMER(PRESCALER) = 0;
    TIMER(CLEAR) = 1;
    TIMER(START) = 1;
}

static uint32_t now(void) {
    TIMER(CAPTURE) = 1;
    return TIMER(CC);
}

uint64_t cg_counter_mark(uint32_t *polls) {
    uint32_t count = 0, value;
    const uint32_t first = now();
    __asm__ volatile(".syntax unified\n"
                     "1: str %[one], [%[capture]]\n"
                     "ldr %[value], [%[cc]]\n"
                     "adds %[count], #1\n"
                     "cmp %[value], %[first]\n"
                     "beq 1b\n"
                     : [value] "=&l"(value), [count] "+l"(count)
                     : [capture] "l"(&TIMER(CAPTURE)), [cc] "l"(&TIMER(CC)), [first] "l"(first), [one] "l"(1U)
                     : "cc", "memory");
    *polls = count;
    return value;
}
