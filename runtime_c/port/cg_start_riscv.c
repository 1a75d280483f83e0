/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up of a RISC-V core in machine mode: the first of several goes on, the others wait. Memory, floating point, and
 * traps that say what happened, on a stack of their own.
 *
 * Source: RISC-V Privileged Architecture 1.10, 3.1 and 3.6. */
#include "cg_port.h"

extern uint32_t cg_data_load[], cg_data_start[], cg_data_end[], cg_bss_start[], cg_bss_end[];

/* Load address, first, end of constants in RAM: of 32 bits on every core, as the linker script writes them. */
extern const uint32_t cg_copied[], cg_copied_end[];

void cg_reset(void);
void cg_start(void) __attribute__((noreturn));
void cg_trap(void);
void cg_trap_report(uintptr_t sp, uintptr_t ra) __attribute__((noreturn));

/* The C library's thread pointer is at the start of .bss, where the linker script keeps room for .tbss. */
__attribute__((naked, section(".vectors"), used)) void cg_reset(void) {
    __asm__ volatile("csrw mie, zero\n"
                     "csrr t0, mhartid\n"
                     "1: bnez t0, 1b\n"
                     ".option push\n"
                     ".option norelax\n"
                     "la gp, __global_pointer$\n"
                     ".option pop\n"
                     "la tp, cg_bss_start\n"
                     "la sp, cg_stack_top\n"
                     "la t0, cg_trap\n"
                     "csrw mtvec, t0\n"
#if defined(__riscv_flen)
                     "li t0, 0x2000\n" /* mstatus.FS: initial */
                     "csrs mstatus, t0\n"
                     "fscsr zero\n"
#endif
                     "tail cg_start\n");
}

/* Memory goes on below the stack: physical memory protection stops an overflow. A core without it traps at the first of
 * these and goes on after the last. */
static void protect_red_zone(void) {
    __asm__ volatile("la t0, 1f\n"
                     "csrw mtvec, t0\n"
                     "csrw pmpaddr0, %[floor]\n"
                     "csrw pmpaddr1, %[limit]\n"
                     "csrw pmpcfg0, %[how]\n"
                     ".balign 4\n"
                     "1: la t0, cg_trap\n"
                     "csrw mtvec, t0\n"
                     :
                     : [floor] "r"((uintptr_t)cg_stack_floor >> 2), [limit] "r"((uintptr_t)cg_stack_limit >> 2),
                       [how] "r"(0x8900) /* entry 1: from entry 0 up to here, read alone, locked */
                     : "t0", "memory");
}

void cg_start(void) {
    volatile uint32_t *to = cg_data_start;
    const uint32_t *from = cg_data_load;

    while (to != cg_data_end) {
        *to++ = *from++;
    }
    for (const uint32_t *copy = cg_copied; copy != cg_copied_end; copy += 3) {
        from = (const uint32_t *)(uintptr_t)copy[0];
        for (to = (uint32_t *)(uintptr_t)copy[1]; to != (uint32_t *)(uintptr_t)copy[2];) {
            *to++ = *from++;
        }
    }
    for (to = cg_bss_start; to != cg_bss_end; to++) {
        *to = 0;
    }
    for (to = cg_stack_floor; to != cg_stack_limit; to++) {
        if (*to != CG_STACK_PAINT) { /* started again, it is and cannot be written */
            *to = CG_STACK_PAINT;
        }
    }
    protect_red_zone();
    cg_port_exit(cg_main());
}

__attribute__((naked, aligned(4))) void cg_trap(void) {
    __asm__ volatile("mv a0, sp\n"
                     "mv a1, ra\n"
                     "la sp, cg_handler_stack_top\n"
                     "tail cg_trap_report\n");
}

int cg_stack_is_full(void) {
    int full = 0;
    for (const volatile uint32_t *word = cg_stack_floor; word != cg_stack_limit; word++) {
        full |= *word != CG_STACK_PAINT;
    }
    return full;
}

static void print_hex(const char *name, uintptr_t value) {
    enum { DIGITS = 2 * sizeof value };
    char text[DIGITS + 4] = " 0x";
    for (unsigned i = 0; i < DIGITS; i++) {
        text[3U + i] = "0123456789abcdef"[(value >> (4U * (DIGITS - 1U - i))) & 15U];
    }
    cg_port_print(name);
    cg_port_print(text);
}

void cg_trap_report(uintptr_t sp, uintptr_t ra) {
    static const char *const names[] = {
        "0 instruction misaligned", "1 instruction access", "2 illegal instruction", "3 breakpoint",
        "4 load misaligned",        "5 load access",        "6 store misaligned",    "7 store access"};
    const int overflow = sp < (uintptr_t)cg_stack_limit || cg_stack_is_full();
    uintptr_t cause, pc, value;
    __asm__ volatile("csrr %0, mcause\n"
                     "csrr %1, mepc\n"
                     "csrr %2, mtval"
                     : "=r"(cause), "=r"(pc), "=r"(value));
    cg_port_print("cg fault: ");
    cg_port_print(cause < sizeof names / sizeof names[0] ? names[cause] : "unexpected trap");
    if (overflow) {
        cg_port_print(", stack overflow");
    }
    print_hex(", sp", sp);
    print_hex(", pc", pc);
    print_hex(", ra", ra);
    print_hex(", address", value);
    cg_port_print("\n");
    cg_port_exit(CG_EXIT_FAULT);
}
