/* SPDX-License-Identifier: Apache-2.0 */
/* A model as a program of an ATmega328P whose cases are in its program memory. On USART0 lines of a letter and
 * hexadecimal words: "s STATUS GUARDS CYCLES" for init and for each case, and where the status is 0 its outputs as
 * "d BYTES"; at last ".". Then it sleeps for good, which ends an emulation. With CG_TIMED it says in place of outputs
 * what the parts of the first case take: cycles of an empty call (e), of the case (t), of some calls (c), and counters
 * (NUMBER CHARGES CYCLES) of the same calls (h) and of the case (p). codegen/device/avr.py has the other side.
 *
 * Source: ATmega328P datasheet (Microchip DS40002061), 15 Timer/Counter1, 20 USART0. */
#include "cg_measure.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stddef.h>

/* In a generated file: the inputs of all cases, one after the other. */
extern const __flash uint8_t cg_cases[];
extern const uint16_t cg_case_count;

/* ------------------------------------------------------------------------------------------------------- the line */
static void put(char c) {
    while ((UCSR0A & (1U << UDRE0)) == 0) {
    }
    UDR0 = (uint8_t)c;
}

static void put_digit(uint8_t value) {
    put((char)(value < 10U ? '0' + value : 'a' - 10 + value));
}

static void put_byte(uint8_t value) {
    put_digit(value >> 4);
    put_digit(value & 15U);
}

static void put_word(uint32_t value) {
    put(' ');
    for (uint8_t shift = 32; shift != 0;) {
        shift = (uint8_t)(shift - 8U);
        put_byte((uint8_t)(value >> shift));
    }
}

static void put_outputs(const cg_model *model) {
    uint8_t column = 0;
    for (int32_t i = 0; i < model->outputs; i++) {
        const uint8_t *out = model->output(i);
        for (uint32_t left = model->output_bytes[i]; left != 0; left--) {
            if (column == 0) {
                put('d');
                put(' ');
            }
            put_byte(*out++);
            column = (uint8_t)((column + 1U) % 32U);
            if (column == 0) {
                put('\n');
            }
        }
    }
    if (column != 0) {
        put('\n');
    }
}

/* ----------------------------------------------------------------------------------------------------- the counter */
/* Timer 1 at the core's clock; an overflow, every 65,536 cycles, takes some forty of them. */
static volatile uint16_t overflows;

ISR(TIMER1_OVF_vect) {
    overflows++;
}

static uint32_t cycles(void) {
    cli();
    const uint16_t low = TCNT1;
    uint16_t high = overflows;
    if ((TIFR1 & (1U << TOV1)) != 0 && low < 0x8000U) {
        high++;
    }
    sei();
    return (uint32_t)high << 16 | low;
}

static uint32_t cycles_of(int (*function)(void), int32_t *status) {
    const uint32_t before = cycles();
    *status = function();
    return cycles() - before;
}

static int nothing(void) {
    return 0;
}

static void tell(const cg_model *model, int32_t status, uint32_t took) {
    put('s');
    put_word((uint32_t)status);
    put_word(cg_damaged_guards(model));
    put_word(took);
    put('\n');
}

static void prepare(const cg_model *model, const __flash uint8_t **from) {
    for (int32_t i = 0; i < model->inputs; i++) {
        uint8_t *to = model->input(i);
        for (uint32_t left = model->input_bytes[i]; left != 0; left--) {
            *to++ = *(*from)++;
        }
    }
}

#ifdef CG_TIMED
#include "cg_calls.h"
#include "cg_counters.h"
#include "cg_port.h"

/* In a generated file. */
typedef void (*cg_function)(void);
extern const cg_function *const cg_functions;
extern const uint8_t cg_function_count;
extern cg_counted cg_all_counters[];
extern int cg_profiled(void);
extern int cg_counted_calls(void);

const uint32_t cg_counter_poll_instructions = 0;

uint64_t cg_counter_mark(uint32_t *polls) {
    *polls = 0;
    return cycles();
}

static void put_row(char kind, uint32_t value) {
    put(kind);
    put_word(value);
    put('\n');
}

static void put_counters(char kind, int (*function)(void)) {
    cg_counters_begin(cg_all_counters, cg_function_count + 1U);
    const int32_t status = function();
    const uint32_t count = cg_counters_end();
    for (uint32_t i = 0; i < count && status == 0; i++) {
        const cg_counted *counted = &cg_all_counters[i];
        uint8_t number = 0;
        while (number < cg_function_count && (const void *)cg_functions[number] != counted->function) {
            number++;
        }
        put(kind);
        put_word(number);
        put_word(counted->charges);
        put_word((uint32_t)counted->ticks);
        put('\n');
    }
}

static void measure(const cg_model *model, uint32_t took) {
    const __flash uint8_t *from = cg_cases;
    int32_t status;
    put_row('e', cycles_of(nothing, &status));
    put_row('t', took);
    put_row('c', cycles_of(cg_calls, &status));
    put_counters('h', cg_counted_calls);
    if (model->reset != NULL) {
        (void)model->reset();
    }
    prepare(model, &from);
    put_counters('p', cg_profiled);
}
#else
static void measure(const cg_model *model, uint32_t took) {
    (void)took;
    put_outputs(model);
}
#endif

int main(void) {
    const cg_model *model = &cg_model_under_test;
    const __flash uint8_t *from = cg_cases;
    int32_t status;

    UBRR0 = (uint16_t)((F_CPU / 8UL + CG_BAUD / 2UL) / CG_BAUD - 1UL);
    UCSR0A = 1U << U2X0;
    UCSR0B = 1U << TXEN0;
    TCCR1B = 1U << CS10;
    TIMSK1 = 1U << TOIE1;
    sei();
    const uint32_t empty = cycles_of(nothing, &status);
    cg_prepare_spans(model);
    const uint32_t first = cycles_of(model->init, &status);
    tell(model, status, first - empty);
    for (uint16_t number = 0; number < cg_case_count && status == 0; number++) {
        prepare(model, &from);
        const uint32_t took = cycles_of(model->invoke, &status);
        tell(model, status, took - empty);
        if (status == 0) {
            measure(model, took);
        }
    }
    put('.');
    put('\n');
    cli();
    for (;;) {
        sleep_mode();
    }
}
