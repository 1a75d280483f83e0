/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_pairs_window_s8.h"

#if CG_DSP

/* r0 to r2 the pixels, then values; four bytes of each are six words. */
CG_NAKED void cg_pairs_widen_s8(CG_UNUSED const int8_t *source, CG_UNUSED int32_t pitch, CG_UNUSED int32_t count,
                                CG_UNUSED uint32_t *values) {
    __asm__(".syntax unified\n"
            "push {r4-r9, lr}\n"
            "add r12, r0, r2\n"
            "add r2, r0, r1, lsl #1\n"
            "add r1, r0, r1\n"
            "1:\n"
            "ldr r5, [r0], #4\n"
            "ldr r7, [r1], #4\n"
            "ldr r9, [r2], #4\n"
            "sxtb16 r4, r5\n"
            "sxtb16 r5, r5, ror #8\n"
            "sxtb16 r6, r7\n"
            "sxtb16 r7, r7, ror #8\n"
            "sxtb16 r8, r9\n"
            "sxtb16 r9, r9, ror #8\n"
            "stm r3!, {r4-r9}\n"
            "cmp r0, r12\n"
            "bne 1b\n"
            "pop {r4-r9, pc}\n");
}

/* Four bytes of r7 on: 16 bytes of code. */
#define CG_WIDENED                                                                                                     \
    "ldr r9, [r7], #4\n"                                                                                               \
    "sxtb16 r8, r9\n"                                                                                                  \
    "sxtb16 r9, r9, ror #8\n"                                                                                          \
    "strd r8, r9, [r5], #24\n"

/*
 * r0 rows, r1 their count, r2 source, r3 turns of four quads and the first one of less, r4 bytes left, r5 values, r6
 * rest, r7 in the row, r10 turns to come, r11 quads of rest, r12 where the first turn begins.
 */
CG_NAKED void cg_pairs_window_s8(CG_UNUSED const cg_pairs_window *window) {
    __asm__(".syntax unified\n"
            "push {r4-r11, lr}\n"
            "ldr r11, [r0, #28]\n"
            "ldm r0, {r0-r6}\n"
            "mov lr, r6\n"
            "adr.w r12, 3f\n"
            "and r7, r3, #3\n"
            "sub r12, r12, r7, lsl #4\n"
            "orr r12, r12, #1\n"
            "asr r3, r3, #2\n"
            "1:\n"
            "ldr r7, [r0], #4\n"
            "add r7, r7, r2\n"
            "mov r10, r3\n"
            "bx r12\n"
            ".p2align 2\n"
            "2:\n" CG_WIDENED CG_WIDENED CG_WIDENED CG_WIDENED /* */
            "3:\n"
            "subs r10, r10, #1\n"
            "bpl 2b\n"
            "cbz r4, 5f\n"
            "mov r10, r4\n"
            "4:\n"
            "ldrb r9, [r7], #1\n"
            "strb r9, [r6], #1\n"
            "subs r10, r10, #1\n"
            "bne 4b\n"
            "5:\n"
            "subs r1, r1, #1\n"
            "bne 1b\n"
            "cmp r11, #0\n"
            "beq 7f\n"
            "mov r7, lr\n"
            "6:\n" CG_WIDENED /* */
            "subs r11, r11, #1\n"
            "bne 6b\n"
            "7:\n"
            "pop {r4-r11, pc}\n");
}

#else

void cg_pairs_widen_s8(const int8_t *source, int32_t pitch, int32_t count, uint32_t *values) {
    for (int32_t i = 0; i < count; i += 4) {
        for (int32_t pixel = 0; pixel < CG_PAIRS_PIXELS; ++pixel) {
            cg_widen_quad(source + pixel * pitch + i, values);
            values += 2;
        }
    }
}

void cg_pairs_window_s8(const cg_pairs_window *window) {
    uint32_t *values = window->values;
    int8_t *rest = window->rest;
    for (int32_t row = 0; row < window->count; ++row) {
        const int8_t *source = window->source + window->rows[row];
        for (int32_t quad = 0; quad < window->quads; ++quad) {
            cg_widen_quad(source, values);
            source += 4;
            values += CG_PAIRS_QUAD;
        }
        for (int32_t i = 0; i < window->left; ++i) {
            *rest++ = *source++;
        }
    }
    for (int32_t quad = 0; quad < window->rest_quads; ++quad) {
        cg_widen_quad(window->rest + 4 * quad, values);
        values += CG_PAIRS_QUAD;
    }
}

#endif
