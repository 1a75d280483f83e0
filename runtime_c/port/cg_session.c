/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
/* See cg_session.h. Payloads, all numbers u32 and little-endian; M is a measurement: int32 status, u32 ticks,
 * ticks >> 32, polls, stack bytes, damaged guards.
 *
 *     request                           answer
 *     CG_HELLO      session             frame bytes, clock Hz, description bytes, flags, stack bytes; M of init
 *     CG_DESCRIBE   offset              a piece of the description
 *     CG_WRITE      input, offset;      -
 *                   the bytes
 *     CG_INVOKE     -                   M
 *     CG_READ       output, offset, n   n bytes
 *     CG_PROFILE    -                   M, number of counters
 *     CG_COUNTERS   first               each: function's number from 1, calls, charges, polls, ticks, ticks >> 32
 *     CG_RESET      -                   int32 status
 *     CG_MEMORY     -                   stack bytes, most used, damaged guards
 *     CG_ECHO       bytes               the same bytes
 *     CG_CALIBRATE  -                   M of CG_SPIN_ROUNDS, M of nothing, M of CG_CALLS calls; charges, polls, ticks
 *                                       of the same calls with counters; instructions of a poll */
/* clang-format on */
#include "cg_session.h"

#include "cg_calls.h"
#include "cg_port.h"
#include "cg_protocol.h"

#include <string.h>

#define FLAG_RESET 1U
#define FLAG_PROFILE 2U
#define MEASUREMENT_BYTES 24U
#define COUNTER_BYTES 24U

void cg_session_start(cg_session *self, const cg_model *model, const cg_image *image, uint32_t clock_hz,
                      uint32_t stack_bytes) {
    const cg_session fresh = {model, image, clock_hz, stack_bytes, 0, 0, 0, {0, 0, 0, 0, 0, 0}, 0, 0, 0};
    *self = fresh;
}

/* The answer so far ends at `at`. */
static uint8_t *put(uint8_t *at, uint32_t value) {
    cg_put_u32(at, value);
    return at + 4;
}

static uint8_t *put_measurement(uint8_t *at, const cg_measurement *m) {
    at = put(put(put(at, (uint32_t)m->status), m->ticks_low), m->ticks_high);
    return put(put(put(at, m->polls), m->stack), m->guards);
}

static cg_measurement run(cg_session *self, int (*function)(void)) {
    const cg_measurement result = cg_measure(self->model, function);
    self->guards |= result.guards;
    if (result.stack > self->stack_most) {
        self->stack_most = result.stack;
    }
    return result;
}

static uint32_t hello(cg_session *self, uint8_t *payload) {
    const cg_image *image = self->image;
    self->session = cg_get_u32(payload);
    self->done = 0;
    self->counters = 0;
    self->stack_most = 0;
    self->guards = 0;
    cg_prepare_spans(self->model);
    self->last = run(self, self->model->init);
    self->status = self->last.status;
    cg_put_u32(payload - 4, self->session);
    uint8_t *at = put(put(payload, image->frame_bytes), self->clock_hz);
    at = put(at, image->description_bytes);
    at = put(at, (self->model->reset != NULL ? FLAG_RESET : 0U) | (image->profiled != NULL ? FLAG_PROFILE : 0U));
    at = put_measurement(put(at, self->stack_bytes), &self->last);
    return (uint32_t)(at - payload);
}

/* What must not be done twice is not: a repeated request gets the first one's result. */
static int is_new(cg_session *self, const uint8_t *frame) {
    const uint32_t which = cg_get_u32(frame) | 1U; /* version, kind, sequence: never 0 */
    const int fresh = which != self->done;
    self->done = which;
    return fresh;
}

static uint32_t invoke(cg_session *self, uint8_t *frame, int is_profile) {
    uint8_t *payload = frame + CG_FRAME_HEAD;
    if (is_new(self, frame)) {
        if (is_profile) {
            cg_counters_begin(self->image->counters, self->image->counters_most);
        }
        self->last = run(self, is_profile ? self->image->profiled : self->model->invoke);
        self->counters = is_profile ? cg_counters_end() : 0U;
    }
    uint8_t *at = put_measurement(payload, &self->last);
    if (is_profile) {
        at = put(at, self->counters);
    }
    return (uint32_t)(at - payload);
}

static uint32_t reset(cg_session *self, uint8_t *frame) {
    if (is_new(self, frame)) {
        self->last.status = self->model->reset != NULL ? self->model->reset() : 0;
    }
    cg_put_u32(frame + CG_FRAME_HEAD, (uint32_t)self->last.status);
    return 4;
}

/* Its number in the description, from 1; 0 for what is not listed there. */
static uint32_t number_of(const cg_image *image, const void *function) {
    for (uint32_t i = 0; i < image->function_count; i++) {
        if ((uintptr_t)image->functions[i] == (uintptr_t)function) {
            return i + 1;
        }
    }
    return 0;
}

static uint32_t counters(const cg_session *self, uint8_t *payload, uint32_t room) {
    uint8_t *at = payload;
    for (uint32_t i = cg_get_u32(payload); i < self->counters; i++) {
        const cg_counted *one = &self->image->counters[i];
        if ((uint32_t)(at - payload) + COUNTER_BYTES > room) {
            break;
        }
        at = put(put(put(at, number_of(self->image, one->function)), one->calls), one->charges);
        at = put(put(put(at, one->polls), (uint32_t)one->ticks), (uint32_t)(one->ticks >> 32));
    }
    return (uint32_t)(at - payload);
}

static uint32_t calibrate(cg_session *self, uint8_t *payload) {
    const cg_image *image = self->image;
    int (*const known[])(void) = {cg_spin, cg_nothing, cg_calls};
    uint8_t *at = payload;
    uint32_t charges = 0, polls = 0;
    uint64_t ticks = 0;
    for (uint32_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const cg_measurement result = cg_measure(self->model, known[i]);
        at = put_measurement(at, &result);
    }
    if (image->counted_calls != NULL) {
        cg_counters_begin(image->counters, image->counters_most);
        (void)image->counted_calls();
        const uint32_t count = cg_counters_end();
        for (uint32_t i = 0; i < count; i++) {
            charges += image->counters[i].charges;
            polls += image->counters[i].polls;
            ticks += image->counters[i].ticks;
        }
        self->counters = 0;
    }
    at = put(put(put(put(at, charges), polls), (uint32_t)ticks), cg_counter_poll_instructions);
    return (uint32_t)(at - payload);
}

/* Whether `bytes` at `offset` lie in tensor `index` of `count` with the `sizes`. */
static int is_inside(const uint32_t *sizes, int32_t count, const uint8_t *payload, uint32_t bytes) {
    const uint32_t index = cg_get_u32(payload), offset = cg_get_u32(payload + 4);
    return index < (uint32_t)count && offset <= sizes[index] && bytes <= sizes[index] - offset;
}

/* The payload's new length, or -CG_E_... */
static int32_t serve(cg_session *self, uint8_t *frame, uint32_t bytes) {
    const cg_model *model = self->model;
    const cg_image *image = self->image;
    const uint32_t room = image->frame_bytes - CG_FRAME_LEAST;
    uint8_t *payload = frame + CG_FRAME_HEAD;
    static const uint8_t wanted[] = {0, 4, 4, 8, 0, 12, 0, 4, 0, 0, 0, 0};
    const uint32_t kind = frame[1];

    if (kind == 0 || kind >= sizeof wanted || (kind == CG_PROFILE && image->profiled == NULL)) {
        return -CG_E_KIND;
    }
    if (bytes < wanted[kind] || (bytes > wanted[kind] && kind != CG_WRITE && kind != CG_ECHO)) {
        return -CG_E_LENGTH;
    }
    if (kind == CG_HELLO) {
        return (int32_t)hello(self, payload);
    }
    if (kind == CG_ECHO) {
        return (int32_t)bytes;
    }
    if (self->session == 0 || cg_get_u32(frame + 4) != self->session) {
        return -CG_E_SESSION;
    }
    if (kind == CG_DESCRIBE) {
        const uint32_t offset = cg_get_u32(payload);
        if (offset > image->description_bytes) {
            return -CG_E_ARGUMENT;
        }
        const uint32_t left = image->description_bytes - offset, piece = left < room ? left : room;
        memcpy(payload, image->description + offset, piece);
        return (int32_t)piece;
    }
    if (kind == CG_MEMORY) {
        return (int32_t)(put(put(put(payload, self->stack_bytes), self->stack_most), self->guards) - payload);
    }
    if (self->status != 0) {
        return -CG_E_INIT;
    }
    switch (kind) {
    case CG_WRITE:
        if (!is_inside(model->input_bytes, model->inputs, payload, bytes - 8)) {
            return -CG_E_ARGUMENT;
        }
        memcpy((uint8_t *)model->input((int32_t)cg_get_u32(payload)) + cg_get_u32(payload + 4), payload + 8, bytes - 8);
        return 0;
    case CG_READ:
        bytes = cg_get_u32(payload + 8);
        if (bytes > room || !is_inside(model->output_bytes, model->outputs, payload, bytes)) {
            return -CG_E_ARGUMENT;
        }
        memcpy(payload, (const uint8_t *)model->output((int32_t)cg_get_u32(payload)) + cg_get_u32(payload + 4), bytes);
        return (int32_t)bytes;
    case CG_COUNTERS:
        return (int32_t)counters(self, payload, room);
    case CG_RESET:
        return (int32_t)reset(self, frame);
    case CG_CALIBRATE:
        return (int32_t)calibrate(self, payload);
    default: /* CG_INVOKE, CG_PROFILE */
        return (int32_t)invoke(self, frame, kind == CG_PROFILE);
    }
}

uint32_t cg_session_answer(cg_session *self, uint32_t length) {
    uint8_t *frame = self->image->frame;
    int32_t result = -CG_E_VERSION;
    if (frame[0] == CG_PROTOCOL_VERSION) {
        result = serve(self, frame, length - CG_FRAME_HEAD);
    }
    frame[0] = CG_PROTOCOL_VERSION;
    if (result < 0) {
        frame[1] = CG_ERROR;
        frame[CG_FRAME_HEAD] = (uint8_t)-result;
        result = 1;
    } else {
        frame[1] = (uint8_t)(frame[1] | CG_ANSWER);
    }
    return CG_FRAME_HEAD + (uint32_t)result;
}

uint32_t cg_session_notice(const cg_session *self, uint32_t kind, const void *text, uint32_t bytes) {
    uint8_t *frame = self->image->frame;
    const uint32_t room = self->image->frame_bytes - CG_FRAME_LEAST;
    bytes = bytes < room ? bytes : room;
    frame[0] = CG_PROTOCOL_VERSION;
    frame[1] = (uint8_t)kind;
    cg_put_u16(frame + 2, 0);
    cg_put_u32(frame + 4, self->session);
    memcpy(frame + CG_FRAME_HEAD, text, bytes);
    return CG_FRAME_HEAD + bytes;
}
