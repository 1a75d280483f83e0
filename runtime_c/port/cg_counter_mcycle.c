/* SPDX-License-Identifier: Apache-2.0 */
/* The counter of cg_port.h on mcycle of a RISC-V core in machine mode: every read is exact, so a mark waits for
 * nothing.
 *
 * Source: RISC-V Privileged Architecture 1.10, 3.1.15. */
#include "cg_port.h"

const uint32_t cg_counter_poll_instructions = 0;

void cg_counter_start(void) {
    __asm__ volatile("csrwi mcycle, 0");
}

uint64_t cg_counter_mark(uint32_t *polls) {
    *polls = 0;
#if __riscv_xlen == 32
    uint32_t low, high, again;
    do {
        __asm__ volatile("csrr %0, mcycleh\n"
                         "csrr %1, mcycle\n"
                         "csrr %2, mcycleh"
                         : "=&r"(high), "=&r"(low), "=&r"(again));
    } while (high != again);
    return (uint64_t)high << 32 | low;
#else
    uint64_t now;
    __asm__ volatile("csrr %0, mcycle" : "=r"(now));
    return now;
#endif
}
