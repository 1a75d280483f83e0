/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_dot_fours_s8.h"

#include <stddef.h>

#include "cg_dsp.h"

#if CG_THUMB1

#include "cg_tile_thumb1.h"

/* clang-format off */

/* The value at r0 + r5 times four weights, at r1 to r4 + r5: fourteen instructions for four products. */
#define CG_DOT_VALUE               \
    "ldrsb r6, [r0, r5]\n"         \
    "ldrsb r7, [r1, r5]\n"         \
    "muls r7, r6, r7\n"            \
    "add r8, r7\n"                 \
    "ldrsb r7, [r2, r5]\n"         \
    "muls r7, r6, r7\n"            \
    "add r9, r7\n"                 \
    "ldrsb r7, [r3, r5]\n"         \
    "muls r7, r6, r7\n"            \
    "add r10, r7\n"                \
    "ldrsb r7, [r4, r5]\n"         \
    "muls r7, r6, r7\n"            \
    "add r11, r7\n"                \
    "adds r5, r5, #1\n"

CG_NAKED void cg_dot_fours_s8(CG_UNUSED int32_t *sums, CG_UNUSED const int8_t *input, CG_UNUSED const int8_t *weights,
                              CG_UNUSED int32_t step, CG_UNUSED int32_t count) {
    __asm__(
        CG_SAVE
        "mov r12, r0\n"
        "ldm r0!, {r4-r7}\n"
        "mov r8, r4\n"
        "mov r9, r5\n"
        "mov r10, r6\n"
        "mov r11, r7\n"
        "ldr r5, [sp, #36]\n" /* behind nine registers */
        "adds r0, r1, r5\n"
        "adds r1, r2, r5\n"
        "adds r2, r1, r3\n"
        "adds r4, r2, r3\n"
        "adds r6, r4, r3\n"
        "movs r3, r4\n"
        "movs r4, r6\n"
        "rsbs r5, r5, #0\n"
        "lsls r6, r5, #31\n" /* an odd one first */
        "bne 2f\n"
        "1:\n"
        CG_DOT_VALUE
        "2:\n"
        CG_DOT_VALUE
        "bne 1b\n"
        "mov r4, r8\n"
        "mov r5, r9\n"
        "mov r6, r10\n"
        "mov r7, r11\n"
        "mov r0, r12\n"
        "stm r0!, {r4-r7}\n"
        CG_RESTORE);
}

/* clang-format on */

#elif CG_DSP

/* Four values (r12, r7) times four weights of a unit. */
#define CG_DOT_UNIT(weights, sum)                                                                                      \
    "ldr r0, [" weights "], #4\n"                                                                                      \
    "sxtb16 lr, r0\n"                                                                                                  \
    "sxtb16 r0, r0, ror #8\n"                                                                                          \
    "smlad " sum ", r12, lr, " sum "\n"                                                                                \
    "smlad " sum ", r7, r0, " sum "\n"

#define CG_DOT_ONE(weights, sum)                                                                                       \
    "ldrsb r0, [" weights "], #1\n"                                                                                    \
    "mla " sum ", r0, r7, " sum "\n"

/* r1 input, r2 and r4 to r6 weights, r3 values left, r8 to r11 sums. */
CG_NAKED void cg_dot_fours_s8(CG_UNUSED int32_t *sums, CG_UNUSED const int8_t *input, CG_UNUSED const int8_t *weights,
                              CG_UNUSED int32_t step, CG_UNUSED int32_t count) {
    __asm__(".syntax unified\n"
            "push {r0, r4-r11, lr}\n"
            "ldm r0, {r8-r11}\n"
            "add r4, r2, r3\n"
            "add r5, r4, r3\n"
            "add r6, r5, r3\n"
            "ldr r3, [sp, #40]\n" /* behind ten registers */
            "subs r3, r3, #4\n"
            "blt 2f\n"
            "1:\n"
            "ldr r7, [r1], #4\n"
            "sxtb16 r12, r7\n"
            "sxtb16 r7, r7, ror #8\n"                       /* */
            CG_DOT_UNIT("r2", "r8") CG_DOT_UNIT("r4", "r9") /* */
            CG_DOT_UNIT("r5", "r10") CG_DOT_UNIT("r6", "r11") "subs r3, r3, #4\n"
                                                              "bge 1b\n"
                                                              "2:\n"
                                                              "adds r3, r3, #4\n"
                                                              "beq 4f\n"
                                                              "3:\n"
                                                              "ldrsb r7, [r1], #1\n" /* */
            CG_DOT_ONE("r2", "r8") CG_DOT_ONE("r4", "r9")                            /* */
            CG_DOT_ONE("r5", "r10") CG_DOT_ONE("r6", "r11") "subs r3, r3, #1\n"
                                                            "bne 3b\n"
                                                            "4:\n"
                                                            "pop {r0}\n"
                                                            "stm r0, {r8-r11}\n"
                                                            "pop {r4-r11, pc}\n");
}

#else

#include "cg_requantize.h"

void cg_dot_fours_s8(int32_t *sums, const int8_t *input, const int8_t *weights, int32_t step, int32_t count) {
    for (int32_t k = 0; k < 4; ++k) {
        for (int32_t i = 0; i < count; ++i) {
            sums[k] = cg_wrapping_add(sums[k], input[i] * weights[(ptrdiff_t)k * step + i]);
        }
    }
}

#endif
