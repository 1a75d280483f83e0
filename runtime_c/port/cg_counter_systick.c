/* SPDX-License-Identifier: Apache-2.0 */
/* The counter of cg_port.h on SysTick, which every Cortex-M may have: 24 bits, extended by its interrupt.
 *
 * The interrupt comes when the value goes from 1 to 0; the next tick reloads it. So 0 begins a round. */
#include "cg_port.h"

#define SYST_CSR (*(volatile uint32_t *)0xE000E010U)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014U)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018U)
#define TOP 0xFFFFFFU

const uint32_t cg_counter_poll_instructions = 4;
static volatile uint32_t rounds_done;

void cg_systick_handler(void);
void cg_systick_handler(void) {
    rounds_done = rounds_done + 1U;
}

void cg_counter_start(void) {
    rounds_done = 0;
    SYST_RVR = TOP;
    SYST_CVR = 0;
    SYST_CSR = 7; /* the core's clock, with interrupt */
    while (SYST_CVR == 0) {
    }
}

static uint64_t now(void) {
    uint32_t rounds, value;
    do {
        rounds = rounds_done;
        value = SYST_CVR;
    } while (rounds != rounds_done);
    return ((uint64_t)rounds << 24) + ((0U - value) & TOP);
}

/* Waits until the counter moves; the number of reads that found it still. cg_counter_poll_instructions for each. */
static uint32_t wait_for_tick(void) {
    uint32_t polls = 0, value;
    const uint32_t first = SYST_CVR;
    __asm__ volatile(".syntax unified\n"
                     "1: ldr %[value], [%[address]]\n"
                     "adds %[polls], #1\n"
                     "cmp %[value], %[first]\n"
                     "beq 1b\n"
                     : [value] "=&l"(value), [polls] "+l"(polls)
                     : [address] "l"(&SYST_CVR), [first] "l"(first)
                     : "cc", "memory");
    return polls;
}

uint64_t cg_counter_mark(uint32_t *polls) {
    *polls = wait_for_tick();
    return now();
}
