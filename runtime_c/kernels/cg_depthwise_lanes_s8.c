/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_depthwise_lanes_s8.h"

#include <stddef.h>

/* The same in C. */
static void cg_depthwise_lanes_in_c(const int8_t *source, uint32_t *words, const cg_depthwise_lanes *lanes) {
    const int32_t from = 2 * lanes->before + lanes->left;
    const int32_t to = source == NULL ? from : from + lanes->left + 2 * lanes->inner + lanes->right;
    const int8_t zero_point = (int8_t)(lanes->outside & 0xFFu);
    for (int32_t x = 0; x < 2 * lanes->groups; x += 2) {
        for (int32_t lane = 0; lane < lanes->lanes; ++lane) {
            const int8_t first = x >= from && x < to ? source[lane] : zero_point;
            const int32_t next = x >= from ? lanes->step : 0;
            const int8_t second = x + 1 >= from && x + 1 < to ? source[next + lane] : zero_point;
            words[lane * (lanes->lane_bytes / 4)] = cg_halves(first, second);
        }
        if (source != NULL) {
            source += (x >= from && x < to ? lanes->step : 0) + (x + 1 >= from && x + 1 < to ? lanes->step : 0);
        }
        words += 3;
    }
}

#if CG_DSP

/* Columns `first` and `second`; `low` and `high` are free. */
#define CG_TAKE_APART(first, second, low, high)                                                                        \
    "pkhbt " low ", " first ", " second ", lsl #16\n"                                                                  \
    "pkhtb " high ", " second ", " first ", asr #16\n"                                                                 \
    "sxtb16 " first ", " low "\n"                                                                                      \
    "sxtb16 " low ", " low ", ror #8\n"                                                                                \
    "sxtb16 " second ", " high "\n"                                                                                    \
    "sxtb16 " high ", " high ", ror #8\n"                                                                              \
    "str " first ", [r3], #12\n"                                                                                       \
    "str " low ", [r4], #12\n"                                                                                         \
    "str " second ", [r5], #12\n"                                                                                      \
    "str " high ", [r6], #12\n"

/*
 * r0 source, r1 step, r2 groups to come, r3 to r6 words of each lane, r8 three steps. On the stack: the struct.
 * 8: r7 words outside. 9: a word of the columns r9, r10.
 */
CG_NAKED static void cg_depthwise_lanes_of_four(CG_UNUSED const int8_t *source, CG_UNUSED uint32_t *words,
                                                CG_UNUSED const cg_depthwise_lanes *lanes) {
    __asm__(".syntax unified\n"
            "push {r2, r4-r11, lr}\n"
            "mov r3, r1\n"
            "ldrd r9, r7, [r2, #28]\n"
            "add r5, r3, r7, lsl #1\n"
            "add r6, r5, r7\n"
            "add r4, r3, r7\n"
            "ldr r1, [r2]\n"
            "cmp r0, #0\n"
            "beq 6f\n"
            "ldr r7, [r2, #4]\n"
            "cbz r7, 0f\n"
            "bl 8f\n"
            "0:\n"
            "ldr r7, [r2, #8]\n"
            "cbz r7, 1f\n"
            "ldr r10, [r0]\n"
            "add r0, r0, r1\n"
            "bl 9f\n"
            "1:\n"
            "ldr r2, [r2, #12]\n"
            "add r8, r1, r1, lsl #1\n"
            "subs r2, r2, #2\n"
            "blt 3f\n"
            "2:\n"
            "ldr r9, [r0]\n"
            "ldr r10, [r0, r1]\n"
            "ldr r11, [r0, r1, lsl #1]\n"
            "ldr r12, [r0, r8]\n"
            "add r0, r0, r1, lsl #2\n" CG_TAKE_APART("r9", "r10", "r7", "lr")
                CG_TAKE_APART("r11", "r12", "r7", "lr") /* */
            "subs r2, r2, #2\n"
            "bge 2b\n"
            "3:\n"
            "cmn r2, #1\n"
            "bne 4f\n"
            "ldr r9, [r0]\n"
            "ldr r10, [r0, r1]\n"
            "add r0, r0, r1, lsl #1\n"
            "bl 9f\n"
            "4:\n"
            "ldr r2, [sp]\n"
            "ldr r7, [r2, #16]\n"
            "cbz r7, 5f\n"
            "ldr r9, [r0]\n"
            "ldr r10, [r2, #28]\n"
            "bl 9f\n"
            "5:\n"
            "ldr r7, [r2, #20]\n"
            "cbz r7, 7f\n"
            "bl 8f\n"
            "7:\n"
            "pop {r2, r4-r11, pc}\n"
            "6:\n"
            "ldr r7, [r2, #24]\n"
            "bl 8f\n"
            "b 7b\n"
            "8:\n"
            "ldr r9, [r2, #28]\n"
            "sxtb16 r9, r9\n"
            "0:\n"
            "str r9, [r3], #12\n"
            "str r9, [r4], #12\n"
            "str r9, [r5], #12\n"
            "str r9, [r6], #12\n"
            "subs r7, r7, #1\n"
            "bne 0b\n"
            "ldr r9, [r2, #28]\n"
            "bx lr\n"
            "9:\n" CG_TAKE_APART("r9", "r10", "r7", "r12") "bx lr\n");
}

#endif

void cg_depthwise_lanes_s8(const int8_t *source, uint32_t *words, const cg_depthwise_lanes *lanes) {
#if CG_DSP
    if (lanes->lanes == CG_LANES) {
        cg_depthwise_lanes_of_four(source, words, lanes);
        return;
    }
#endif
    cg_depthwise_lanes_in_c(source, words, lanes);
}
