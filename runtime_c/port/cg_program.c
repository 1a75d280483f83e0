/* SPDX-License-Identifier: Apache-2.0 */
/* A model as a program of a hosted system: on standard input the number of cases (32 bits, little-endian) and their
 * inputs, to standard output for each the status and the damaged guards (32 bits each) and, where the status is 0, the
 * outputs. Before any case the status of init. codegen/device/program.py has the other side. */
#include "cg_measure.h"

#include <stddef.h>
#include <stdio.h>

enum { EXIT_STREAM = 101 };

static int is_sent(const void *from, uint32_t bytes) {
    return fwrite(from, 1, bytes, stdout) == bytes;
}

static int is_told(const cg_model *model, int32_t status) {
    const uint32_t answer[2] = {(uint32_t)status, cg_damaged_guards(model)};
    return is_sent(answer, sizeof answer);
}

static int is_read(void *to, uint32_t bytes) {
    return fread(to, 1, bytes, stdin) == bytes;
}

int main(void) {
    const cg_model *model = &cg_model_under_test;
    uint32_t cases;
    if (!is_read(&cases, sizeof cases)) {
        return EXIT_STREAM;
    }
    cg_prepare_spans(model);
    int32_t status = model->init();
    if (status == 0 && model->reset != NULL) {
        status = model->reset();
    }
    if (!is_told(model, status)) {
        return EXIT_STREAM;
    }
    for (uint32_t number = 0; number < cases && status == 0; number++) {
        for (int32_t i = 0; i < model->inputs; i++) {
            if (!is_read(model->input(i), model->input_bytes[i])) {
                return EXIT_STREAM;
            }
        }
        const int32_t found = model->invoke();
        if (!is_told(model, found)) {
            return EXIT_STREAM;
        }
        for (int32_t i = 0; i < model->outputs && found == 0; i++) {
            if (!is_sent(model->output(i), model->output_bytes[i])) {
                return EXIT_STREAM;
            }
        }
        status = found == model->waiting ? 0 : found;
    }
    return fflush(stdout) != 0 ? EXIT_STREAM : 0;
}
