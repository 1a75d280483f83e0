/* SPDX-License-Identifier: Apache-2.0 */
/* See cg_harness.h. The streams, little-endian 32-bit words (codegen/device/qemu.py has the other side):
 *
 * from the host: CASES_MAGIC, version, cases, flags, bytes of all inputs, bytes of all outputs; then the inputs of
 * every case in order. To the host: RESULT_MAGIC, version, stack bytes, spans, 16 bytes of
 * name per span; a measurement of a loop of
 * CG_SPIN_ROUNDS, of an empty call, and of init; then for every case a measurement of invoke and its outputs; last
 * END_MAGIC. After a status other than 0 nothing follows. */
#include "cg_harness.h"

#include "cg_measure.h"
#include "cg_port.h"

#include <stddef.h>

#define CASES_MAGIC 0x31434743U  /* "CGC1" */
#define RESULT_MAGIC 0x31524743U /* "CGR1" */
#define END_MAGIC 0x31454743U    /* "CGE1" */
#define VERSION 1U
#define FLAG_RESET 1U /* reset the model before every case */
#define NAME_BYTES 16U

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
    const cg_measurement result = cg_measure(model, model->invoke);
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
    cg_measurement result;
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
    cg_prepare_spans(model);
    cg_counter_start();
    if (!is_sent(answer, sizeof answer) || !are_names_sent(model)) {
        return CG_EXIT_STREAM;
    }
    int (*const first[])(void) = {cg_spin, cg_nothing, model->init};
    for (uint32_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        result = cg_measure(model, first[i]);
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
