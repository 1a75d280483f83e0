/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_line_s8.h"

#if CG_DSP

/*
 * r0 plane; r1 to r3 two columns c, c + 1 of three lines; r4 to r7 sums of four outputs; r8, r10, r12 weights w0, w1
 * of each line and r9, r11, lr its w1, w2, all times 2^8. On the stack, from sp on:
 *   0 the bias four times (r4 to r7), 16 the weights (r8 to lr), 40 multiplier, offset, shift, 52 output, step, step3,
 *   64 end of the chunks, 68 line, table, plane, output and lanes to come, 88 outputs left of the tail.
 */

/* The sum's window begins at column c; at c + 1, of which only that column is here. */
#define CG_FROM_C(sum)                                                                                                 \
    "smlad " sum ", r1, r8, " sum "\n"                                                                                 \
    "smlad " sum ", r2, r10, " sum "\n"                                                                                \
    "smlad " sum ", r3, r12, " sum "\n"
#define CG_FROM_NEXT(sum)                                                                                              \
    "smlatb " sum ", r1, r8, " sum "\n"                                                                                \
    "smlatb " sum ", r2, r10, " sum "\n"                                                                               \
    "smlatb " sum ", r3, r12, " sum "\n"
/* The sum's window ends at column c; at c + 1. */
#define CG_TO_C(sum)                                                                                                   \
    "smlabt " sum ", r1, r9, " sum "\n"                                                                                \
    "smlabt " sum ", r2, r11, " sum "\n"                                                                               \
    "smlabt " sum ", r3, lr, " sum "\n"
#define CG_TO_NEXT(sum)                                                                                                \
    "smlad " sum ", r1, r9, " sum "\n"                                                                                 \
    "smlad " sum ", r2, r11, " sum "\n"                                                                                \
    "smlad " sum ", r3, lr, " sum "\n"

#define CG_COLUMNS "ldm r0!, {r1, r2, r3}\n"
#define CG_LAST_COLUMNS "ldm r0, {r1, r2, r3}\n"

#define CG_FOUR_1                                                                                                      \
    CG_COLUMNS CG_FROM_C("r4") CG_FROM_NEXT("r5") CG_COLUMNS CG_TO_C("r4") CG_TO_NEXT("r5") CG_FROM_C("r6")            \
        CG_FROM_NEXT("r7") CG_LAST_COLUMNS CG_TO_C("r6") CG_TO_NEXT("r7")
#define CG_TWO_1 CG_COLUMNS CG_FROM_C("r4") CG_FROM_NEXT("r5") CG_LAST_COLUMNS CG_TO_C("r4") CG_TO_NEXT("r5")
#define CG_FOUR_2                                                                                                      \
    CG_COLUMNS CG_FROM_C("r4") CG_COLUMNS CG_TO_C("r4") CG_FROM_C("r5") CG_COLUMNS CG_TO_C("r5") CG_FROM_C("r6")       \
        CG_COLUMNS CG_TO_C("r6") CG_FROM_C("r7") CG_LAST_COLUMNS CG_TO_C("r7")
#define CG_TWO_2 CG_COLUMNS CG_FROM_C("r4") CG_COLUMNS CG_TO_C("r4") CG_FROM_C("r5") CG_LAST_COLUMNS CG_TO_C("r5")

/* r2, r3, r8 are multiplier, offset, shift; r1 is free. */
#define CG_BYTE(sum)                                                                                                   \
    "smmla " sum ", " sum ", r2, r3\n"                                                                                 \
    "asr " sum ", " sum ", r8\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n"
#define CG_BYTE_LINEAR(sum)                                                                                            \
    "asr r1, " sum ", #31\n"                                                                                           \
    "smmla " sum ", " sum ", r2, r3\n"                                                                                 \
    "add " sum ", " sum ", r1, lsl #7\n"                                                                               \
    "asr " sum ", " sum ", r8\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n"

/* Four outputs at a time. */
#define CG_CHUNKS(four, byte)                                                                                          \
    "2:\n"                                                                                                             \
    "ldm sp, {r4-r12, lr}\n" four "add r1, sp, #40\n"                                                                  \
    "ldm r1, {r2, r3, r8-r12}\n" byte("r4") byte("r5") byte("r6") byte("r7") "strb r4, [r9]\n"                         \
                                                                             "strb r5, [r9, r10]\n"                    \
                                                                             "strb r6, [r9, r10, lsl #1]\n"            \
                                                                             "strb r7, [r9, r11]\n"                    \
                                                                             "add r9, r9, r10, lsl #2\n"               \
                                                                             "str r9, [sp, #52]\n"                     \
                                                                             "cmp r0, r12\n"                           \
                                                                             "bne 2b\n"

/* Two outputs, of which the second may not be wanted: it is written first. The correction harms no ReLU. */
#define CG_TAIL(two, done)                                                                                             \
    "3:\n"                                                                                                             \
    "ldr r1, [sp, #88]\n"                                                                                              \
    "cmp r1, #0\n"                                                                                                     \
    "ble " done "\n"                                                                                                   \
    "ldm sp, {r4-r12, lr}\n" two "add r1, sp, #40\n"                                                                   \
    "ldm r1, {r2, r3, r8-r10}\n" CG_BYTE_LINEAR("r4") CG_BYTE_LINEAR("r5") "ldr r1, [sp, #88]\n"                       \
                                                                           "subs r1, r1, #2\n"                         \
                                                                           "it lt\n"                                   \
                                                                           "movlt r10, #0\n"                           \
                                                                           "str r1, [sp, #88]\n"                       \
                                                                           "strb r5, [r9, r10]\n"                      \
                                                                           "strb r4, [r9]\n"                           \
                                                                           "add r9, r9, r10, lsl #1\n"                 \
                                                                           "str r9, [sp, #52]\n"                       \
                                                                           "b 3b\n"

/* Of each lane: its table entry as the registers and the stack need it. */
#define CG_LINE(four_outputs, two_outputs)                                                                             \
    __asm__(".syntax unified\n"                                                                                        \
            "push {r4-r11, lr}\n"                                                                                      \
            "sub sp, sp, #92\n"                                                                                        \
            "ldm r0, {r1-r3}\n"                                                                                        \
            "ldr r4, [r0, #16]\n"                                                                                      \
            "add r5, sp, #68\n"                                                                                        \
            "stm r5, {r0-r4}\n"                                                                                        \
            "1:\n"                                                                                                     \
            "ldrd r0, r1, [sp, #68]\n"                                                                                 \
            "add r2, r0, #20\n"                                                                                        \
            "ldm r2, {r5, r6, r7}\n"                                                                                   \
            "ldr r4, [r1]\n"                                                                                           \
            "ldr r8, [r1, r5]\n"                                                                                       \
            "ldr r10, [r1, r6]\n"                                                                                      \
            "ldr r12, [r1, r7]\n"                                                                                      \
            "mov r3, #0xFF00FF00\n"                                                                                    \
            "and r9, r3, r8\n"                                                                                         \
            "and r8, r3, r8, lsl #8\n"                                                                                 \
            "and r11, r3, r10\n"                                                                                       \
            "and r10, r3, r10, lsl #8\n"                                                                               \
            "and lr, r3, r12\n"                                                                                        \
            "and r12, r3, r12, lsl #8\n"                                                                               \
            "mov r5, r4\n"                                                                                             \
            "mov r6, r4\n"                                                                                             \
            "mov r7, r4\n"                                                                                             \
            "stm sp, {r4-r12, lr}\n"                                                                                   \
            "add r2, r0, #32\n"                                                                                        \
            "ldm r2, {r8, r9, r10, r11, r12}\n"                                                                        \
            "add r1, r1, #16\n"                                                                                        \
            "ldm r1!, {r4, r5, r6}\n"                                                                                  \
            "str r1, [sp, #72]\n"                                                                                      \
            "str r11, [sp, #88]\n"                                                                                     \
            "ldrd r0, r7, [sp, #76]\n"                                                                                 \
            "add r10, r10, r0\n"                                                                                       \
            "add r1, sp, #40\n"                                                                                        \
            "stm r1, {r4-r10}\n"                                                                                       \
            "cmp r0, r10\n"                                                                                            \
            "beq 3f\n"                                                                                                 \
            "cmp r12, #0\n"                                                                                            \
            "bne 5f\n" CG_CHUNKS(four_outputs, CG_BYTE) /* */                                                          \
            "b 3f\n"                                                                                                   \
            "5:\n" CG_CHUNKS(four_outputs, CG_BYTE_LINEAR) CG_TAIL(two_outputs, "4f") /* */                            \
            "4:\n"                                                                                                     \
            "add r12, sp, #68\n"                                                                                       \
            "ldm r12, {r0-r4}\n"                                                                                       \
            "ldr r5, [r0, #12]\n"                                                                                      \
            "add r2, r2, r5\n"                                                                                         \
            "add r3, r3, #1\n"                                                                                         \
            "strd r2, r3, [sp, #76]\n"                                                                                 \
            "subs r4, r4, #1\n"                                                                                        \
            "str r4, [sp, #84]\n"                                                                                      \
            "bne 1b\n"                                                                                                 \
            "add sp, sp, #92\n"                                                                                        \
            "pop {r4-r11, pc}\n")

CG_NAKED void cg_depthwise_line_1_s8(CG_UNUSED const cg_depthwise_line *line) {
    CG_LINE(CG_FOUR_1, CG_TWO_1);
}

CG_NAKED void cg_depthwise_line_2_s8(CG_UNUSED const cg_depthwise_line *line) {
    CG_LINE(CG_FOUR_2, CG_TWO_2);
}

#else

/* Column `column` of the line in slot `slot`. */
static int32_t cg_depthwise_column(const uint32_t *plane, int32_t column, int32_t slot) {
    const uint32_t word = plane[3 * (column >> 1) + slot];
    return (column & 1) != 0 ? cg_high_half(word) : cg_low_half(word);
}

static void cg_depthwise_line_s8(const cg_depthwise_line *line, int32_t stride) {
    const int32_t count = line->chunks / (24 * stride) * 4 + line->tail;
    for (int32_t lane = 0; lane < line->lanes; ++lane) {
        const int32_t *entry = line->table + 7 * lane;
        const uint32_t *plane = line->plane + lane * (line->plane_bytes / 4);
        for (int32_t i = 0; i < count; ++i) {
            uint32_t sum = (uint32_t)entry[0];
            for (int32_t slot = 0; slot < 3; ++slot) {
                const uint32_t weights = (uint32_t)entry[line->rows[slot] / 4];
                const uint32_t even = (weights << 8) & 0xFF00FF00u;
                const uint32_t odd = weights & 0xFF00FF00u;
                const int32_t column = stride * i;
                sum += (uint32_t)(cg_low_half(even) * cg_depthwise_column(plane, column, slot));
                sum += (uint32_t)(cg_high_half(even) * cg_depthwise_column(plane, column + 1, slot));
                sum += (uint32_t)(cg_high_half(odd) * cg_depthwise_column(plane, column + 2, slot));
            }
            line->output[lane + i * line->step] = cg_short_requantize(sum, entry + 4, line->linear);
        }
    }
}

void cg_depthwise_line_1_s8(const cg_depthwise_line *line) {
    cg_depthwise_line_s8(line, 1);
}

void cg_depthwise_line_2_s8(const cg_depthwise_line *line) {
    cg_depthwise_line_s8(line, 2);
}

#endif
