/* SPDX-License-Identifier: Apache-2.0 */
/* See cg_harness.h. The streams, little-endian 32-bit words (codegen/device/qemu.py has the other side):
 *
 * from the host: CASES_MAGIC, version, cases, flags, bytes of all inputs, bytes of all outputs; then the inputs of
 * every case in order. To the host: RESULT_MAGIC, version, stack bytes, spans, 16 bytes of
 * name per span; a measurement of a loop of
 * SPIN_ROUNDS, of an empty call, and of init; then for every case a measurement of invoke and its outputs; last
 * END_MAGIC. After a status other than 0 nothing follows. */
#include "cg_harness.h"

#include "cg_port.h"

#include <stddef.h>

#define CASES_MAGIC 0x31434743U  /* "CGC1" */
#define RESULT_MAGIC 0x31524743U /* "CGR1" */
#define END_MAGIC 0x31454743U    /* "CGE1" */
#define VERSION 1U
#define FLAG_RESET 1U /* reset the model before every case */
#define SPIN_ROUNDS 1000000U
#define GUARD_BYTE 0x5AU
#define FILL_BYTE 0xA5U
#define NAME_BYTES 16U
#define SPANS_MOST 15
#define STACK_BIT 31

typedef struct {
    int32_t status;
    uint32_t ticks_low, ticks_high, polls;
    uint32_t stack;  /* bytes below the caller */
    uint32_t guards; /* bit 2 * span for the guard before it, 2 * span + 1 for the one after, bit 31 for the stack */
} measurement;

static void fill(volatile uint8_t *to, uint32_t bytes, uint8_t value) {
    for (uint32_t i = 0; i < bytes; i++) {
        to[i] = value;
    }
}

/* Arenas and state are filled as well: what a model has not written itself it must not rely on. */
static void prepare_spans(const cg_model *model) {
    for (int32_t i = 0; i < model->span_count; i++) {
        const cg_span *span = &model->spans[i];
        fill(span->base, span->bytes, FILL_BYTE);
        fill(span->base - CG_GUARD_BYTES, CG_GUARD_BYTES, GUARD_BYTE);
        fill(span->base + span->bytes, CG_GUARD_BYTES, GUARD_BYTE);
    }
}

static uint32_t is_damaged(const uint8_t *guard) {
    uint32_t damaged = 0;
    for (uint32_t i = 0; i < CG_GUARD_BYTES; i++) {
        damaged |= (uint32_t)(guard[i] != GUARD_BYTE);
    }
    return damaged;
}

static uint32_t damaged_guards(const cg_model *model) {
    uint32_t bits = 0;
    for (int32_t i = 0; i < model->span_count && i < SPANS_MOST; i++) {
        const cg_span *span = &model->spans[i];
        bits |= is_damaged(span->base - CG_GUARD_BYTES) << (2 * i);
        bits |= is_damaged(span->base + span->bytes) << (2 * i + 1);
    }
    return bits;
}

static uint32_t *stack_pointer(void) {
    uint32_t *sp;
    __asm__ volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

/* Everything below the stack pointer: in assembly, so that no compiler saves a register below it meanwhile. */
static __attribute__((noinline)) void paint_stack(void) {
    uint32_t *word = cg_stack_limit, *end;
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
}

static __attribute__((noinline)) const volatile uint32_t *lowest_used(void) {
    const volatile uint32_t *word = cg_stack_limit;
    while (word < cg_stack_top && *word == CG_STACK_PAINT) {
        word++;
    }
    return word;
}

static __attribute__((noinline)) measurement measure(const cg_model *model, int (*function)(void)) {
    measurement result = {0};
    cg_interval interval;

    paint_stack();
    cg_counter_begin(&interval);
    result.status = function();
    cg_counter_end(&interval);
    result.stack = (uint32_t)((const volatile uint8_t *)stack_pointer() - (const volatile uint8_t *)lowest_used());
    result.ticks_low = (uint32_t)interval.ticks;
    result.ticks_high = (uint32_t)(interval.ticks >> 32);
    result.polls = interval.polls;
    result.guards = damaged_guards(model) | (uint32_t)cg_stack_is_full() << STACK_BIT;
    return result;
}

static int spin(void) {
    cg_counter_spin(SPIN_ROUNDS);
    return 0;
}

static int nothing(void) {
    return 0;
}

static int is_sent(const void *from, uint32_t bytes) {
    return cg_port_write(from, bytes) == bytes;
}

static int are_names_sent(const cg_model *model) {
    int sent = 1;
    for (int32_t i = 0; i < model->span_count && sent; i++) {
        char name[NAME_BYTES] = {0};
        for (uint32_t at = 0; at < NAME_BYTES && model->spans[i].name[at] != 0; at++) {
            name[at] = model->spans[i].name[at];
        }
        sent = is_sent(name, sizeof name);
    }
    return sent;
}

static uint32_t sum(const uint32_t *values, int32_t count) {
    uint32_t total = 0;
    for (int32_t i = 0; i < count; i++) {
        total += values[i];
    }
    return total;
}

/* 0, or an exit code. A model that fails is no failure of the harness: its status is in the result. */
static int run_case(const cg_model *model, int *failed) {
    for (int32_t i = 0; i < model->inputs; i++) {
        if (cg_port_read(model->input(i), model->input_bytes[i]) != model->input_bytes[i]) {
            return CG_EXIT_STREAM;
        }
    }
    const measurement result = measure(model, model->invoke);
    *failed = result.status != 0 && result.status != model->waiting;
    if (!is_sent(&result, sizeof result)) {
        return CG_EXIT_STREAM;
    }
    for (int32_t i = 0; i < model->outputs && result.status == 0; i++) {
        if (!is_sent(model->output(i), model->output_bytes[i])) {
            return CG_EXIT_STREAM;
        }
    }
    return 0;
}

int cg_main(void) {
    const cg_model *model = &cg_model_under_test;
    uint32_t head[6];
    measurement result;
    int failed = 0;

    if (cg_port_open() != 0 || cg_port_read(head, sizeof head) != sizeof head) {
        return CG_EXIT_STREAM;
    }
    if (head[0] != CASES_MAGIC || head[1] != VERSION || head[4] != sum(model->input_bytes, model->inputs) ||
        head[5] != sum(model->output_bytes, model->outputs)) {
        return CG_EXIT_CASES;
    }
    const uint32_t stack_bytes = (uint32_t)((uint8_t *)cg_stack_top - (uint8_t *)cg_stack_limit);
    const uint32_t answer[4] = {RESULT_MAGIC, VERSION, stack_bytes, (uint32_t)model->span_count};
    prepare_spans(model);
    cg_counter_start();
    if (!is_sent(answer, sizeof answer) || !are_names_sent(model)) {
        return CG_EXIT_STREAM;
    }
    int (*const first[])(void) = {spin, nothing, model->init};
    for (uint32_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        result = measure(model, first[i]);
        if (!is_sent(&result, sizeof result)) {
            return CG_EXIT_STREAM;
        }
    }
    failed = result.status != 0;
    for (uint32_t number = 0; number < head[2] && !failed; number++) {
        if ((head[3] & FLAG_RESET) != 0 && model->reset != NULL && model->reset() != 0) {
            return CG_EXIT_CASES;
        }
        const int code = run_case(model, &failed);
        if (code != 0) {
            return code;
        }
    }
    const uint32_t end = END_MAGIC;
    return failed || is_sent(&end, sizeof end) ? 0 : CG_EXIT_STREAM;
}
