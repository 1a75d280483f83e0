/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_direct_window_s8.h"

#if CG_DSP

/* Four bytes of r7 on: 16 bytes of code. */
#define CG_WIDENED                                                                                                     \
    "ldr r9, [r7], #4\n"                                                                                               \
    "sxtb16 r8, r9\n"                                                                                                  \
    "sxtb16 r9, r9, ror #8\n"                                                                                          \
    "strd r8, r9, [r4], #8\n"

/*
 * r0 rows, r1 their count, r2 source, r3 turns of four quads after the first one, r12 where that begins, r4 values, r5
 * bytes left of a row, r6 rest, r7 in the row, r10 turns or bytes to come.
 */
CG_NAKED void cg_direct_window_s8(CG_UNUSED const cg_direct_window *window) {
    __asm__(".syntax unified\n"
            "push {r4-r10, lr}\n"
            "ldm r0, {r0-r6}\n"
            "adr.w r12, 3f\n"
            "and r7, r3, #3\n"
            "sub r12, r12, r7, lsl #4\n"
            "orr r12, r12, #1\n"
            "asrs r3, r3, #2\n"
            "1:\n"
            "ldr r7, [r0], #4\n"
            "mov r10, r3\n"
            "add r7, r7, r2\n"
            "bx r12\n"
            ".p2align 2\n"
            "2:\n" CG_WIDENED CG_WIDENED CG_WIDENED CG_WIDENED /* */
            "3:\n"
            "subs r10, r10, #1\n"
            "bpl 2b\n"
            "cbz r5, 5f\n"
            "mov r10, r5\n"
            "4:\n"
            "ldrb r9, [r7], #1\n"
            "strb r9, [r6], #1\n"
            "subs r10, r10, #1\n"
            "bne 4b\n"
            "5:\n"
            "subs r1, r1, #1\n"
            "bne 1b\n"
            "pop {r4-r10, pc}\n");
}

#else

void cg_direct_window_s8(const cg_direct_window *window) {
    uint32_t *values = window->values;
    int8_t *rest = window->rest;
    for (int32_t row = 0; row < window->count; ++row) {
        const int8_t *source = window->source + window->rows[row];
        for (int32_t quad = 0; quad < window->quads; ++quad) {
            uint32_t words[2]; /* the quad may lie where it goes */
            cg_widen_quad(source, words);
            values[0] = words[0];
            values[1] = words[1];
            source += 4;
            values += 2;
        }
        for (int32_t i = 0; i < window->left; ++i) {
            *rest++ = *source++;
        }
    }
}

#endif
