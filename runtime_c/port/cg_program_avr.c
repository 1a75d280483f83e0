/* SPDX-License-Identifier: Apache-2.0 */
/* A model as a program of an ATmega328P whose cases are in its program memory. On USART0, a line for init and for each
 * case: status and damaged guards in hexadecimal, and where the status is 0 the bytes of the outputs. Then it sleeps
 * for good, which ends an emulation. codegen/device/avr.py has the other side.
 *
 * Source: ATmega328P datasheet (Microchip DS40002061), 20 USART0. */
#include "cg_measure.h"

#include <avr/io.h>
#include <avr/sleep.h>
#include <stddef.h>

/* In a generated file: the inputs of all cases, one after the other. */
extern const __flash uint8_t cg_cases[];
extern const uint16_t cg_case_count;

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
    for (uint8_t shift = 32; shift != 0;) {
        shift = (uint8_t)(shift - 8U);
        put_byte((uint8_t)(value >> shift));
    }
}

static void tell(const cg_model *model, int32_t status) {
    put_word((uint32_t)status);
    put(' ');
    put_word(cg_damaged_guards(model));
    put(' ');
}

int main(void) {
    const cg_model *model = &cg_model_under_test;
    const __flash uint8_t *from = cg_cases;

    UBRR0 = 0; /* as fast as it goes: an emulator listens */
    UCSR0B = 1U << TXEN0;
    cg_prepare_spans(model);
    int32_t status = model->init();
    tell(model, status);
    put('\n');
    for (uint16_t number = 0; number < cg_case_count && status == 0; number++) {
        for (int32_t i = 0; i < model->inputs; i++) {
            uint8_t *to = model->input(i);
            for (uint32_t left = model->input_bytes[i]; left != 0; left--) {
                *to++ = *from++;
            }
        }
        status = model->invoke();
        tell(model, status);
        for (int32_t i = 0; i < model->outputs && status == 0; i++) {
            const uint8_t *out = model->output(i);
            for (uint32_t at = 0; at < model->output_bytes[i]; at++) {
                put_byte(out[at]);
                if (at % 32U == 31U) {
                    put('\n');
                }
            }
        }
        put('\n');
    }
    put('.');
    put('\n');
    for (;;) {
        sleep_mode();
    }
}
