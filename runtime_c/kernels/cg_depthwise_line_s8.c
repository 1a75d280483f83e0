/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_line_s8.h"

#if CG_DSP

/*
 * r0 plane; r1 to r3 two columns c, c + 1 of three lines; r4 to r7 sums of four outputs; r8, r10, r12 weights w0, w1
 * of each line and r9, r11, lr its w1, w2, all times 2^8. On the stack, from sp on:
 *   0 the bias four times (r4 to r7), 16 the weights (r8 to lr), 40 end of the pairs, multiplier, offset, shift, end of
 *   the fours, output, 64 step, step3, 72 the next lane and its output, 80 lane_end, offset of the weights, 88 is_odd,
 *   where the code for a lane begins.
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

/* Two outputs, and one. */
#define CG_TWO(two)                                                                                                    \
    "ldm sp, {r4-r12, lr}\n" two "add r1, sp, #44\n"                                                                   \
    "ldm r1, {r2, r3, r8-r11}\n" CG_BYTE_LINEAR("r4") CG_BYTE_LINEAR("r5") /* */                                       \
        "strb r4, [r10]\n"                                                                                             \
        "strb r5, [r10, r11]\n"                                                                                        \
        "add r10, r10, r11, lsl #1\n"                                                                                  \
        "str r10, [sp, #60]\n"

#define CG_ONE                                                                                                         \
    "ldm sp, {r4-r12, lr}\n" CG_COLUMNS CG_FROM_C("r4") CG_LAST_COLUMNS CG_TO_C("r4") /* */                            \
        "add r1, sp, #44\n"                                                                                            \
        "ldm r1, {r2, r3, r8-r10}\n" CG_BYTE_LINEAR("r4") /* */                                                        \
        "strb r4, [r10]\n"

/* Four outputs at a time for ReLU, others and what is left in twos and ones with the correction, which harms no ReLU.
 */
#define CG_LINE(four_outputs, two_outputs)                                                                             \
    __asm__(".syntax unified\n"                                                                                        \
            ".p2align 2\n"                                                                                             \
            "push {r4-r11, lr}\n"                                                                                      \
            "sub sp, sp, #96\n"                                                                                        \
            "ldm r0, {r1-r8}\n"                                                                                        \
            "strd r7, r8, [sp, #64]\n"                                                                                 \
            "strd r1, r3, [sp, #72]\n"                                                                                 \
            "strd r2, r4, [sp, #80]\n"                                                                                 \
            "adr.w r1, 6f\n"                                                                                           \
            "cmp r6, #0\n"                                                                                             \
            "it eq\n"                                                                                                  \
            "adreq.w r1, 3f\n"                                                                                         \
            "orr r1, r1, #1\n"                                                                                         \
            "strd r5, r1, [sp, #88]\n"                                                                                 \
            "1:\n"                                                                                                     \
            "ldrd r1, r9, [sp, #72]\n"                                                                                 \
            "ldr r3, [sp, #84]\n"                                                                                      \
            "add r2, r1, #44\n"                                                                                        \
            "ldm r2!, {r0, r4, r5, r6, r7, r8}\n"                                                                      \
            "add r10, r9, #1\n"                                                                                        \
            "strd r2, r10, [sp, #72]\n"                                                                                \
            "add r2, sp, #40\n"                                                                                        \
            "stm r2, {r4, r5, r6, r7, r8, r9}\n"                                                                       \
            "ldr r4, [r1]\n"                                                                                           \
            "add r1, r1, r3\n"                                                                                         \
            "ldm r1, {r8-r12, lr}\n"                                                                                   \
            "mov r5, r4\n"                                                                                             \
            "mov r6, r4\n"                                                                                             \
            "mov r7, r4\n"                                                                                             \
            "stm sp, {r4-r12, lr}\n"                                                                                   \
            "ldr pc, [sp, #92]\n"                                                                                      \
            "2:\n"                                                                                                     \
            "ldm sp, {r4-r12, lr}\n"                                                                                   \
            "6:\n" four_outputs /* */                                                                                  \
            "add r1, sp, #44\n"                                                                                        \
            "ldm r1, {r2, r3, r8-r12}\n" CG_BYTE("r4") CG_BYTE("r5") CG_BYTE("r6") CG_BYTE("r7") /* */                 \
            "strb r4, [r10]\n"                                                                                         \
            "strb r5, [r10, r11]\n"                                                                                    \
            "strb r6, [r10, r11, lsl #1]\n"                                                                            \
            "strb r7, [r10, r12]\n"                                                                                    \
            "add r10, r10, r11, lsl #2\n"                                                                              \
            "str r10, [sp, #60]\n"                                                                                     \
            "cmp r0, r9\n"                                                                                             \
            "bne 2b\n"                                                                                                 \
            "3:\n"                                                                                                     \
            "ldr r1, [sp, #40]\n"                                                                                      \
            "cmp r0, r1\n"                                                                                             \
            "beq 7f\n" CG_TWO(two_outputs) /* */                                                                       \
            "b 3b\n"                                                                                                   \
            "7:\n"                                                                                                     \
            "ldr r1, [sp, #88]\n"                                                                                      \
            "cmp r1, #0\n"                                                                                             \
            "beq 8f\n" CG_ONE /* */                                                                                    \
            "8:\n"                                                                                                     \
            "ldr r1, [sp, #72]\n"                                                                                      \
            "ldr r2, [sp, #80]\n"                                                                                      \
            "cmp r1, r2\n"                                                                                             \
            "bne 1b\n"                                                                                                 \
            "add sp, sp, #96\n"                                                                                        \
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
    int8_t *output = line->output;
    for (const cg_depthwise_lane *lane = line->lane; lane != line->lane_end; ++lane) {
        const int32_t count = (int32_t)(lane->pairs_end - lane->plane) / (3 * stride) * 2 + line->is_odd;
        const uint32_t *weights = &lane->weights[(line->weights - 4) / 4];
        for (int32_t i = 0; i < count; ++i) {
            uint32_t sum = lane->bias;
            for (int32_t slot = 0; slot < 3; ++slot) {
                const int32_t column = stride * i;
                sum += (uint32_t)(cg_low_half(weights[2 * slot]) * cg_depthwise_column(lane->plane, column, slot));
                sum += (uint32_t)(cg_high_half(weights[2 * slot]) * cg_depthwise_column(lane->plane, column + 1, slot));
                sum += (uint32_t)(cg_high_half(weights[2 * slot + 1]) *
                                  cg_depthwise_column(lane->plane, column + 2, slot));
            }
            output[i * line->step] = cg_short_requantize_by(sum, lane->multiplier, lane->offset, lane->shift, 1);
        }
        output += 1;
    }
}

void cg_depthwise_line_1_s8(const cg_depthwise_line *line) {
    cg_depthwise_line_s8(line, 1);
}

void cg_depthwise_line_2_s8(const cg_depthwise_line *line) {
    cg_depthwise_line_s8(line, 2);
}

#endif
