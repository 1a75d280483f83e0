/* SPDX-License-Identifier: Apache-2.0 */
/* The least that a Cortex-M4F needs before main: vectors, memory, floating point, and the C library's console, which
 * is the debugger's or emulator's (semihosting). A real board has its vendor's start-up in place of this file. */
#include <stdint.h>
#include <stdlib.h>

extern uint32_t stack_top[], data_load[], data_start[], data_end[], bss_start[], bss_end[];
extern void initialise_monitor_handles(void);
int main(void);
void reset(void);

static void fault(void) {
    for (;;) {
    }
}

__attribute__((section(".vectors"), used)) static const struct {
    const void *stack;
    void (*handlers[15])(void);
} vectors = {stack_top, {reset, fault, fault, fault, fault, fault}};

void reset(void) {
    volatile uint32_t *to;
    const uint32_t *from = data_load;

    *(volatile uint32_t *)0xE000ED88U |= 0xFU << 20; /* CPACR: floating point on */
    __asm__ volatile("dsb\n isb" ::: "memory");
    for (to = data_start; to != data_end; to++) {
        *to = *from++;
    }
    for (to = bss_start; to != bss_end; to++) {
        *to = 0;
    }
    initialise_monitor_handles();
    exit(main());
}

/* What exit calls; there are no constructors and destructors. */
void _init(void);
void _fini(void);
void _init(void) {
}
void _fini(void) {
}
