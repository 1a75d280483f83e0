/* SPDX-License-Identifier: Apache-2.0 */
/* See cg_measure.h. */
#include "cg_measure.h"

#include "cg_port.h"

static uint32_t *stack_pointer(void) {
    uint32_t *sp;
#if defined(__riscv)
    __asm__ volatile("mv %0, sp" : "=r"(sp));
#else
    __asm__ volatile("mov %0, sp" : "=r"(sp));
#endif
    return sp;
}

/* Everything below the stack pointer: in assembly, so that no compiler saves a register below it meanwhile. */
static __attribute__((noinline)) void paint_stack(void) {
    uint32_t *word = cg_stack_limit, *end;
#if defined(__riscv)
    __asm__ volatile("mv %[end], sp\n"
                     "j 2f\n"
                     "1: sw %[paint], 0(%[word])\n"
                     "addi %[word], %[word], 4\n"
                     "2: bltu %[word], %[end], 1b\n"
                     : [word] "+r"(word), [end] "=&r"(end)
                     : [paint] "r"(CG_STACK_PAINT)
                     : "memory");
#else
    __asm__ volatile(".syntax unified\n"
                     "mov %[end], sp\n"
                     "b 2f\n"
                     "1: str %[paint], [%[word]]\n"
                     "adds %[word], #4\n"
                     "2: cmp %[word], %[end]\n"
                     "blo 1b\n"
                     : [word] "+l"(word), [end] "=&l"(end)
                     : [paint] "l"(CG_STACK_PAINT)
                     : "cc", "memory");
#endif
}

static __attribute__((noinline)) const volatile uint32_t *lowest_used(void) {
    const volatile uint32_t *word = cg_stack_limit;
    while (word < cg_stack_top && *word == CG_STACK_PAINT) {
        word++;
    }
    return word;
}

__attribute__((noinline)) cg_measurement cg_measure(const cg_model *model, int (*function)(void)) {
    cg_measurement result = {0, 0, 0, 0, 0, 0};
    uint32_t skipped;

    paint_stack();
    const uint64_t before = cg_counter_mark(&skipped);
    result.status = function();
    const uint64_t ticks = cg_counter_mark(&result.polls) - before;
    result.stack = (uint32_t)((const volatile uint8_t *)stack_pointer() - (const volatile uint8_t *)lowest_used());
    result.ticks_low = (uint32_t)ticks;
    result.ticks_high = (uint32_t)(ticks >> 32);
    result.guards = cg_damaged_guards(model) | (uint32_t)cg_stack_is_full() << CG_STACK_BIT;
    return result;
}

static __attribute__((noinline)) void spin(uint32_t rounds) {
#if defined(__riscv)
    __asm__ volatile("1: addi %[rounds], %[rounds], -1\n"
                     "bnez %[rounds], 1b\n"
                     : [rounds] "+r"(rounds));
#else
    __asm__ volatile(".syntax unified\n"
                     "1: subs %[rounds], #1\n"
                     "bne 1b\n"
                     : [rounds] "+l"(rounds)
                     :
                     : "cc");
#endif
}

int cg_spin(void) {
    spin(CG_SPIN_ROUNDS);
    return 0;
}

int cg_nothing(void) {
    return 0;
}
