/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up of any Cortex-M: vector table, stacks, memory, floating point, and faults that say what happened.
 *
 * The program runs on the process stack and exceptions on a small one of their own, so that a fault by stack overflow
 * can still be reported. Source: Armv6-M, Armv7-M and Armv8-M Architecture Reference Manuals. */
#include "cg_port.h"

#define SCB_VTOR (*(volatile uint32_t *)0xE000ED08U)
#define SCB_CCR (*(volatile uint32_t *)0xE000ED14U)
#define SCB_SHCSR (*(volatile uint32_t *)0xE000ED24U)
#define SCB_CFSR (*(volatile uint32_t *)0xE000ED28U)
#define SCB_HFSR (*(volatile uint32_t *)0xE000ED2CU)
#define SCB_BFAR (*(volatile uint32_t *)0xE000ED38U)

extern uint32_t cg_handler_stack_top[];
extern uint32_t cg_data_load[], cg_data_start[], cg_data_end[], cg_bss_start[], cg_bss_end[];

extern uint32_t *const cg_copied[], *const cg_copied_end[]; /* load address, first, end of constants in RAM */

void cg_reset(void);
void cg_start(void) __attribute__((noreturn));
void cg_fault(void);
void cg_fault_report(const uint32_t *frame, uint32_t exception) __attribute__((noreturn));
void cg_systick_handler(void);

typedef void (*cg_vector)(void);

__attribute__((section(".vectors"), used)) static const struct {
    const void *stack;
    cg_vector handlers[15];
} cg_vectors = {cg_handler_stack_top,
                {
                    cg_reset,
                    cg_fault, /* NMI */
                    cg_fault, /* HardFault */
                    cg_fault, /* MemManage */
                    cg_fault, /* BusFault */
                    cg_fault, /* UsageFault */
                    cg_fault, /* SecureFault */
                    0,
                    0,
                    0,
                    cg_fault, /* SVCall */
                    cg_fault, /* Debug */
                    0,
                    cg_fault, /* PendSV */
                    cg_systick_handler,
                }};

__attribute__((naked)) void cg_reset(void) {
    __asm__ volatile(".syntax unified\n"
                     "ldr r0, =cg_stack_top\n"
                     "msr psp, r0\n"
#if defined(__ARM_ARCH) && __ARM_ARCH >= 8
                     "ldr r0, =cg_stack_limit\n"
                     "msr psplim, r0\n"
#endif
                     "movs r0, #2\n" /* CONTROL.SPSEL: the process stack */
                     "msr control, r0\n"
                     "isb\n"
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
                     "ldr r0, =0xE000ED88\n" /* CPACR: full access to CP10 and CP11, before any C */
                     "ldr r1, [r0]\n"
                     "ldr r2, =0x00F00000\n"
                     "orrs r1, r2\n"
                     "str r1, [r0]\n"
                     "dsb\n"
                     "isb\n"
#endif
                     "bl cg_start\n"
                     ".ltorg\n");
}

void cg_start(void) {
    volatile uint32_t *to = cg_data_start;
    const uint32_t *from = cg_data_load;

    while (to != cg_data_end) {
        *to++ = *from++;
    }
    for (uint32_t *const *copy = cg_copied; copy != cg_copied_end; copy += 3) {
        from = copy[0];
        for (to = copy[1]; to != copy[2];) {
            *to++ = *from++;
        }
    }
    for (to = cg_bss_start; to != cg_bss_end; to++) {
        *to = 0;
    }
    for (to = cg_stack_floor; to != cg_stack_limit; to++) {
        *to = CG_STACK_PAINT;
    }
    SCB_VTOR = (uint32_t)(uintptr_t)&cg_vectors; /* ignored by a Cortex-M0, which has it at 0 */
#if defined(__ARM_FEATURE_MVE)
    SCB_CCR |= 1UL << 19; /* LOB: low-overhead loops */
#endif
#if !defined(__ARM_ARCH_6M__)
    SCB_SHCSR |= 7UL << 16; /* MemManage, BusFault and UsageFault by their own names */
#endif
    __asm__ volatile("dsb\n isb" ::: "memory");
    cg_port_exit(cg_main());
}

__attribute__((naked)) void cg_fault(void) {
    __asm__ volatile(".syntax unified\n"
                     "movs r0, #4\n" /* EXC_RETURN bit 2: the stack in use before */
                     "mov r1, lr\n"
                     "tst r0, r1\n"
                     "beq 1f\n"
                     "mrs r0, psp\n"
                     "b 2f\n"
                     "1: mrs r0, msp\n"
                     "2: mrs r1, ipsr\n"
                     "ldr r2, =cg_fault_report\n"
                     "bx r2\n"
                     ".ltorg\n");
}

int cg_stack_is_full(void) {
    int full = 0;
    for (const volatile uint32_t *word = cg_stack_floor; word != cg_stack_limit; word++) {
        full |= *word != CG_STACK_PAINT;
    }
    return full;
}

static void print_hex(const char *name, uint32_t value) {
    char text[12] = " 0x";
    for (int i = 0; i < 8; i++) {
        text[3 + i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15U];
    }
    text[11] = 0;
    cg_port_print(name);
    cg_port_print(text);
}

void cg_fault_report(const uint32_t *frame, uint32_t exception) {
    static const char *const names[] = {"2 NMI",      "3 HardFault",  "4 MemManage",
                                        "5 BusFault", "6 UsageFault", "7 SecureFault"};
    int overflow = frame < cg_stack_limit || cg_stack_is_full();
#if !defined(__ARM_ARCH_6M__)
    overflow |= (int)((SCB_CFSR >> 20) & 1U); /* STKOF: the stack limit of Armv8-M */
#endif

    cg_port_print("cg fault: ");
    cg_port_print(exception >= 2 && exception <= 7 ? names[exception - 2] : "unexpected exception");
    if (overflow) {
        cg_port_print(", stack overflow");
    }
    print_hex(", sp", (uint32_t)(uintptr_t)frame);
    if (!overflow) {
        print_hex(", pc", frame[6]);
        print_hex(", lr", frame[5]);
    }
#if !defined(__ARM_ARCH_6M__)
    print_hex(", cfsr", SCB_CFSR);
    print_hex(", hfsr", SCB_HFSR);
    print_hex(", address", SCB_BFAR);
#endif
    cg_port_print("\n");
    cg_port_exit(CG_EXIT_FAULT);
}
