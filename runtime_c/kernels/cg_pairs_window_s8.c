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

/* Four bytes of r6 on: 16 bytes of code. */
#define CG_WIDENED                                                                                                     \
    "ldr r9, [r6], #4\n"                                                                                               \
    "sxtb16 r8, r9\n"                                                                                                  \
    "sxtb16 r9, r9, ror #8\n"                                                                                          \
    "strd r8, r9, [r5], #24\n"

/*
 * r0 rows, r1 their count, r2 source, r3 turns of four quads after the first one, lr where that begins, r12 turns to
 * come; r4 values of a row of the window, r5 of a pixel, r6 in the row, r7 and r11 from one pixel to the next in rows
 * and values, r10 pixels left. On the stack: pixels, window.
 * Then, for bytes that are no quads: r0, r1, r2, r4, r5 and r7 as before, r3 bytes of a row, r6 rest, r9 in the row,
 * r10 bytes left, r11 pixels left, r12 window.
 */
CG_NAKED void cg_pairs_window_s8(CG_UNUSED const cg_pairs_window *window) {
    __asm__(".syntax unified\n"
            "push {r0, r4-r11, lr}\n"
            "ldm r0, {r0-r6}\n"
            "push {r5}\n"
            "sub r7, r6, r3, lsl #2\n"
            "add r11, r3, r3, lsl #1\n"
            "rsb r11, r11, #1\n"
            "lsl r11, r11, #3\n"
            "adr.w lr, 4f\n"
            "and r12, r3, #3\n"
            "sub lr, lr, r12, lsl #4\n"
            "orr lr, lr, #1\n"
            "asrs r3, r3, #2\n"
            "1:\n"
            "ldr r6, [r0], #4\n"
            "ldr r10, [sp]\n"
            "add r6, r6, r2\n"
            "mov r5, r4\n"
            "2:\n"
            "mov r12, r3\n"
            "bx lr\n"
            ".p2align 2\n"
            "3:\n" CG_WIDENED CG_WIDENED CG_WIDENED CG_WIDENED /* */
            "4:\n"
            "subs r12, r12, #1\n"
            "bpl 3b\n"
            "add r6, r6, r7\n"
            "add r5, r5, r11\n"
            "subs r10, r10, #1\n"
            "bne 2b\n"
            "sub r4, r4, r11\n"
            "adds r4, r4, #8\n"
            "subs r1, r1, #1\n"
            "bne 1b\n"
            "pop {r11}\n"
            "ldr r12, [sp]\n"
            "ldrd r7, r3, [r12, #24]\n"
            "cbz r3, 8f\n"
            "ldr r10, [r12, #12]\n"
            "add r2, r2, r10, lsl #2\n"
            "5:\n"
            "ldrd r0, r1, [r12]\n"
            "ldr r6, [r12, #32]\n"
            "6:\n"
            "ldr r9, [r0], #4\n"
            "add r9, r9, r2\n"
            "mov r10, r3\n"
            "7:\n"
            "ldrb r8, [r9], #1\n"
            "strb r8, [r6], #1\n"
            "subs r10, r10, #1\n"
            "bne 7b\n"
            "subs r1, r1, #1\n"
            "bne 6b\n"
            "ldrd r6, r1, [r12, #32]\n"
            "mov r5, r4\n"
            "7:\n" CG_WIDENED /* */
            "subs r1, r1, #1\n"
            "bne 7b\n"
            "add r2, r2, r7\n"
            "adds r4, r4, #8\n"
            "subs r11, r11, #1\n"
            "bne 5b\n"
            "8:\n"
            "pop {r0, r4-r11, pc}\n");
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
    for (int32_t pixel = 0; pixel < window->pixels; ++pixel) {
        uint32_t *values = window->values + 2 * pixel;
        int8_t *rest = window->rest;
        for (int32_t row = 0; row < window->count; ++row) {
            const int8_t *source = window->source + window->rows[row] + pixel * window->step;
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
}

#endif
