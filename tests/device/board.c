/* A board on the host, for tests: the protocol over standard input and output, around a model of a few bytes. */
#include "cg_port.h"
#include "cg_protocol.h"
#include "cg_session.h"

#include <stdio.h>
#include <string.h>

typedef uint8_t arena_type[300];
CG_GUARDED(arena_type, arena, ".bss");
static const uint32_t input_bytes[] = {200, 7}, output_bytes[] = {200, 0};
static const cg_span spans[] = {CG_SPAN(arena)};
static uint32_t invocations;

static int init(void) {
    memset(arena.value, 0, sizeof arena.value);
    return 0;
}

/* Every byte and the number of runs since the reset, so that a run too many is seen. */
static int invoke(void) {
    invocations++;
    for (int i = 0; i < 200; i++) {
        arena.value[i] = (uint8_t)(arena.value[i] + invocations);
    }
    return 0;
}

static int reset(void) {
    invocations = 0;
    return 0;
}

static void *input(int32_t index) {
    return arena.value + 200 * index;
}

static const void *output(int32_t index) {
    return arena.value + 200 * index;
}

const cg_model cg_model_under_test = {
    "toy", 1 + 1, 1 + 1, input_bytes, output_bytes, init, invoke, reset, input, output, spans, 1, 0};

static uint8_t frame[CG_FRAME_BYTES];
static cg_counted counters[4];
static const char description[] = "{\"model\":\"toy\",\"sha256\":\"00\"}";
static void nobody(void) {
}
static const cg_function functions[] = {nobody};
const cg_image cg_image_of_model = {
    description, sizeof description - 1, frame, sizeof frame, invoke, NULL, counters, 4, functions, 1};

const uint32_t cg_counter_poll_instructions = 4;
uint64_t cg_counter_mark(uint32_t *polls) {
    static uint64_t now;
    *polls = 1;
    return now++;
}

void cg_prepare_spans(const cg_model *model) {
    (void)model;
}

cg_measurement cg_measure(const cg_model *model, int (*function)(void)) {
    cg_measurement result = {0, 1, 2, 3, 4, 0};
    (void)model;
    result.status = function();
    return result;
}

int cg_spin(void) {
    return 0;
}

int cg_nothing(void) {
    return 0;
}

static void put(uint8_t byte) {
    putchar(byte);
}

int main(void) {
    cg_session session;
    cg_receiver receiver;
    int byte;
    cg_session_start(&session, &cg_model_under_test, &cg_image_of_model, 1000000, 4096);
    cg_receiver_start(&receiver, frame, sizeof frame);
    cg_send(frame, cg_session_notice(&session, CG_STARTED, "", 0), put);
    fflush(stdout);
    while ((byte = getchar()) != EOF) {
        const int result = cg_receive(&receiver, (uint8_t)byte);
        if (result == CG_RECEIVED) {
            cg_send(frame, cg_session_answer(&session, receiver.length), put);
        } else if (result < 0) {
            const uint8_t error = (uint8_t)-result;
            cg_send(frame, cg_session_notice(&session, CG_ERROR, &error, 1), put);
        }
        if (byte == 0) {
            fflush(stdout);
        }
    }
    return 0;
}
