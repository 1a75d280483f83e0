/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_units_s4.h"

#if CG_DSP

/* Eight values (r2 to r5) times those of a unit; lr has the upper halves of all bytes set. */
#define CG_UNIT(sum)                                                                                                   \
    "ldr r6, [r1], #4\n"                                                                                               \
    "and r7, lr, r6, lsl #4\n"                                                                                         \
    "and r6, lr, r6\n"                                                                                                 \
    "sxtb16 r8, r7\n"                                                                                                  \
    "sxtb16 r7, r7, ror #8\n"                                                                                          \
    "smlad " sum ", r2, r8, " sum "\n"                                                                                 \
    "sxtb16 r8, r6\n"                                                                                                  \
    "smlad " sum ", r3, r7, " sum "\n"                                                                                 \
    "sxtb16 r6, r6, ror #8\n"                                                                                          \
    "smlad " sum ", r4, r8, " sum "\n"                                                                                 \
    "smlad " sum ", r5, r6, " sum "\n"

/* From 16 times a sum to a byte at r6; r7 has the correction. */
#define CG_OUTPUT(sum)                                                                                                 \
    "ldm r1!, {r2, r3, r4}\n"                                                                                          \
    "and r5, r7, " sum ", asr #31\n"                                                                                   \
    "smmla " sum ", " sum ", r2, r3\n"                                                                                 \
    "sub " sum ", " sum ", r5\n"                                                                                       \
    "asr " sum ", " sum ", r4\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", [r6], #1\n"

/*
 * r0 values, r1 stream; r2 to r5 values; r6 a word of weights; r9 to r12 the sums. On the stack: stream_end, values,
 * end of the values, output, correction.
 */
CG_NAKED void cg_units_s4(CG_UNUSED const cg_units_of_4_bits *units) {
    /* clang-format off */
    __asm__(
        ".syntax unified\n"
        "push {r4-r11, lr}\n"
        "ldm r0, {r1-r6}\n"
        "push {r2-r6}\n"
        "mov r0, r3\n"
        "mov lr, #0xF0F0F0F0\n"

        "1:\n"
        "ldm r1!, {r9-r12}\n"
        "2:\n"
        "ldm r0!, {r2-r5}\n"
        CG_UNIT("r9")
        CG_UNIT("r10")
        CG_UNIT("r11")
        CG_UNIT("r12")
        "ldr r6, [sp, #8]\n"
        "cmp r0, r6\n"
        "bne 2b\n"

        "ldrd r6, r7, [sp, #12]\n"
        CG_OUTPUT("r9")
        CG_OUTPUT("r10")
        CG_OUTPUT("r11")
        CG_OUTPUT("r12")
        "str r6, [sp, #12]\n"
        "ldrd r6, r0, [sp]\n"
        "cmp r1, r6\n"
        "bne 1b\n"
        "add sp, sp, #20\n"
        "pop {r4-r11, pc}\n");
    /* clang-format on */
}

#else

/* 16 times the weights of a word, times eight values. */
static uint32_t cg_units_s4_product(const uint32_t *values, uint32_t word) {
    uint32_t sum = 0;
    for (int32_t i = 0; i < 2; ++i) {
        const uint32_t bytes = i == 0 ? (word << 4) & 0xF0F0F0F0u : word & 0xF0F0F0F0u;
        for (int32_t k = 0; k < 2; ++k) {
            const uint32_t pair = bytes >> (8 * k);
            sum += (uint32_t)(cg_low_half(values[2 * i + k]) * (int8_t)(pair & 0xFFu));
            sum += (uint32_t)(cg_high_half(values[2 * i + k]) * (int8_t)((pair >> 16) & 0xFFu));
        }
    }
    return sum;
}

void cg_units_s4(const cg_units_of_4_bits *units) {
    const int32_t eights = (int32_t)(units->end - units->values) / 4;
    int8_t *output = units->output;
    for (const int32_t *stream = units->stream; stream != units->stream_end; stream += 4 * eights + 16) {
        for (int32_t unit = 0; unit < CG_UNITS_S4; ++unit) {
            const int32_t *steps = stream + 4 * eights + 4 + 3 * unit;
            uint32_t sum = (uint32_t)stream[unit];
            for (int32_t eight = 0; eight < eights; ++eight) {
                sum += cg_units_s4_product(units->values + 4 * eight, (uint32_t)stream[4 + 4 * eight + unit]);
            }
            const int32_t x = (int32_t)sum;
            int32_t h = (int32_t)(((int64_t)x * steps[0]) >> 32) + steps[1];
            h = (h - (x < 0 ? units->correction : 0)) >> steps[2];
            *output++ = (int8_t)(h < -128 ? -128 : (h > 127 ? 127 : h));
        }
    }
}

#endif
