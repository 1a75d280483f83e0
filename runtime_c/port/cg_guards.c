/* SPDX-License-Identifier: Apache-2.0 */
/* The guards of cg_measure.h, on any machine. */
#include "cg_measure.h"

#define GUARD_BYTE 0x5AU
#define FILL_BYTE 0xA5U

static void fill(volatile uint8_t *to, uint32_t bytes, uint8_t value) {
    for (uint32_t i = 0; i < bytes; i++) {
        to[i] = value;
    }
}

void cg_prepare_spans(const cg_model *model) {
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

uint32_t cg_damaged_guards(const cg_model *model) {
    uint32_t bits = 0;
    for (int32_t i = 0; i < model->span_count && i < CG_GUARDED_SPANS_MOST; i++) {
        const cg_span *span = &model->spans[i];
        bits |= is_damaged(span->base - CG_GUARD_BYTES) << (2 * i);
        bits |= is_damaged(span->base + span->bytes) << (2 * i + 1);
    }
    return bits;
}
