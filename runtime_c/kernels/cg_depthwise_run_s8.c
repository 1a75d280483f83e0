/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_run_s8.h"

#if CG_DSP

/* Two columns of each of four outputs times two weights (r8). */
#define CG_TWO_COLUMNS                                                                                                 \
    "ldr r12, [r0]\n"                                                                                                  \
    "smlad r4, r12, r8, r4\n"                                                                                          \
    "ldr r12, [r0, r1]\n"                                                                                              \
    "smlad r5, r12, r8, r5\n"                                                                                          \
    "ldr r12, [r0, r1, lsl #1]\n"                                                                                      \
    "smlad r6, r12, r8, r6\n"                                                                                          \
    "ldr r12, [r0, r2]\n"                                                                                              \
    "smlad r7, r12, r8, r7\n"                                                                                          \
    "add r0, r0, #4\n"

/* r8, r9, r12 are multiplier, offset, shift. The correction harms no ReLU. */
#define CG_RUN_BYTE(sum)                                                                                               \
    "asr r2, " sum ", #31\n"                                                                                           \
    "smmla " sum ", " sum ", r8, r9\n"                                                                                 \
    "add " sum ", " sum ", r2, lsl #7\n"                                                                               \
    "asr " sum ", " sum ", r12\n"                                                                                      \
    "ssat " sum ", #8, " sum "\n"

/*
 * r0 columns, r1 and r2 once and three times the distance of outputs, r3 weights, r4 to r7 sums, r8 two weights, r9
 * quads to come, r10 mask, r11 four weights, lr lines to come. On the stack: run, plane of the next four outputs, their
 * number and all after them, offset of the slot.
 */
CG_NAKED void cg_depthwise_run_s8(CG_UNUSED cg_depthwise_run *run) {
    __asm__(".syntax unified\n"
            "push {r4-r11, lr}\n"
            "sub sp, sp, #20\n"
            "ldr r1, [r0]\n"
            "ldr r2, [r0, #36]\n"
            "stm sp, {r0-r2}\n"
            "mov r10, #0xFF00FF00\n"
            "1:\n"
            "ldr r11, [sp]\n"
            "ldrd r3, r4, [r11, #4]\n"
            "ldrd lr, r12, [r11, #12]\n"
            "str r12, [sp, #12]\n"
            "ldr r1, [r11, #32]\n"
            "add r2, r1, r1, lsl #1\n"
            "mov r5, r4\n"
            "mov r6, r4\n"
            "mov r7, r4\n"
            "2:\n"
            "ldr r0, [sp, #4]\n"
            "ldr r12, [sp, #12]\n"
            "ldr r9, [r11, #28]\n"
            "add r0, r0, r12\n"
            "3:\n"
            "ldr r11, [r3], #4\n"
            "and r8, r10, r11, lsl #8\n" CG_TWO_COLUMNS /* */
            "and r8, r10, r11\n" CG_TWO_COLUMNS         /* */
            "subs r9, r9, #1\n"
            "bne 3b\n"
            "ldr r11, [sp]\n"
            "subs lr, lr, #1\n"
            "beq 4f\n"
            "ldr r12, [sp, #12]\n"
            "ldrd r8, r9, [r11, #20]\n"
            "add r12, r12, r8\n"
            "cmp r12, r9\n"
            "it eq\n"
            "moveq r12, #0\n"
            "str r12, [sp, #12]\n"
            "b 2b\n"
            "4:\n"
            "ldr r0, [r11, #48]\n"
            "ldm r0, {r8, r9, r12}\n" CG_RUN_BYTE("r4") CG_RUN_BYTE("r5") CG_RUN_BYTE("r6") CG_RUN_BYTE("r7") /* */
            "ldrd r0, r1, [r11, #40]\n"
            "ldr r2, [sp, #8]\n"
            "add r3, r1, r1, lsl #1\n"
            "strb r4, [r0]\n"
            "cmp r2, #2\n"
            "it ge\n"
            "strbge r5, [r0, r1]\n"
            "cmp r2, #3\n"
            "it ge\n"
            "strbge r6, [r0, r1, lsl #1]\n"
            "cmp r2, #4\n"
            "it ge\n"
            "strbge r7, [r0, r3]\n"
            "add r0, r0, r1, lsl #2\n"
            "str r0, [r11, #40]\n"
            "ldr r0, [sp, #4]\n"
            "ldr r1, [r11, #32]\n"
            "add r0, r0, r1, lsl #2\n"
            "str r0, [sp, #4]\n"
            "subs r2, r2, #4\n"
            "str r2, [sp, #8]\n"
            "bgt 1b\n"
            "add sp, sp, #20\n"
            "pop {r4-r11, pc}\n");
}

#else

void cg_depthwise_run_s8(cg_depthwise_run *run) {
    for (int32_t i = 0; i < run->count; ++i) {
        const int32_t *weights = run->weights;
        const int32_t column = i * (run->stride / 2);
        uint32_t sum = (uint32_t)run->bias;
        int32_t at = run->at;
        for (int32_t line = 0; line < run->lines; ++line) {
            const uint32_t *words = run->plane + at / 4;
            for (int32_t tap = 0; tap < 4 * run->quads; ++tap) {
                const uint32_t four = (uint32_t)weights[tap >> 2];
                const uint32_t two = (tap & 2) != 0 ? four & 0xFF00FF00u : (four << 8) & 0xFF00FF00u;
                const uint32_t columns = words[(column + tap) >> 1];
                const int32_t weight = (tap & 1) != 0 ? cg_high_half(two) : cg_low_half(two);
                sum += (uint32_t)(weight * (((column + tap) & 1) != 0 ? cg_high_half(columns) : cg_low_half(columns)));
            }
            weights += run->quads;
            at = at + run->slot_bytes == run->wrap ? 0 : at + run->slot_bytes;
        }
        *run->output = cg_short_requantize(sum, run->steps, 1);
        run->output += run->step;
    }
}

#endif
