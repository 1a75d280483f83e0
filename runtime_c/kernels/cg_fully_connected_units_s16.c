/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_fully_connected_units_s16.h"

#if CG_DSP

/* Four values (r2, r3) times those of a unit; r8 is free. */
#define CG_UNIT(weights, sum)                                                                                          \
    "sxtb16 r8, " weights ", ror #8\n"                                                                                 \
    "sxtb16 " weights ", " weights "\n"                                                                                \
    "smlad " sum ", r2, " weights ", " sum "\n"                                                                        \
    "smlad " sum ", r3, r8, " sum "\n"

/* From a sum to 16 bits at r2. */
#define CG_SIGNED(sum)                                                                                                 \
    "ldm r1!, {r5, r6, r7}\n"                                                                                          \
    "smmla " sum ", " sum ", r5, r6\n"                                                                                 \
    "asr " sum ", " sum ", r7\n"                                                                                       \
    "ssat " sum ", #16, " sum "\n"                                                                                     \
    "strh " sum ", [r2], #2\n"

#define CG_POSITIVE(sum)                                                                                               \
    "ldm r1!, {r5, r6, r7}\n"                                                                                          \
    "smmla " sum ", " sum ", r5, r6\n"                                                                                 \
    "asr " sum ", " sum ", r7\n"                                                                                       \
    "usat " sum ", #15, " sum "\n"                                                                                     \
    "strh " sum ", [r2], #2\n"

/*
 * r0 values, r1 stream; r2, r3 values; r4 to r7 weights; r9 to r12 the sums; lr the end of the values. On the stack:
 * stream_end, values, output, entry of the loop, code after it. A quad is 72 bytes of code.
 */
CG_NAKED void cg_fully_connected_units_s16(CG_UNUSED const cg_units_s16 *units) {
    /* clang-format off */
    __asm__(
        ".syntax unified\n"
        "push {r4-r11, lr}\n"
        "ldm r0, {r1-r7}\n"
        "mov lr, r4\n"
        "adr.w r8, 3f\n"
        "sub r6, r8, r6\n"
        "orr r6, r6, #1\n"
        "adr.w r8, 4f\n"
        "cmp r7, #0\n"
        "beq 1f\n"
        "adr.w r8, 5f\n"
        "1:\n"
        "orr r7, r8, #1\n"
        "mov r0, r3\n"
        "push {r2, r3, r5, r6, r7}\n"

        "1:\n"
        "ldm r1!, {r9-r12}\n"
        "ldr pc, [sp, #12]\n"

        ".p2align 2\n"
        "2:\n"
        ".rept 4\n"
        "ldmia.w r1!, {r4-r7}\n"
        "ldrd r2, r3, [r0], #8\n"
        CG_UNIT("r4", "r9")
        CG_UNIT("r5", "r10")
        CG_UNIT("r6", "r11")
        CG_UNIT("r7", "r12")
        ".endr\n"
        "3:\n"
        "cmp r0, lr\n"
        "bne 2b\n"
        "ldr r2, [sp, #8]\n"
        "ldr pc, [sp, #16]\n"

        ".p2align 2\n"
        "4:\n"
        CG_SIGNED("r9")
        CG_SIGNED("r10")
        CG_SIGNED("r11")
        CG_SIGNED("r12")
        "b 6f\n"

        ".p2align 2\n"
        "5:\n"
        CG_POSITIVE("r9")
        CG_POSITIVE("r10")
        CG_POSITIVE("r11")
        CG_POSITIVE("r12")

        "6:\n"
        "str r2, [sp, #8]\n"
        "ldrd r2, r0, [sp]\n"
        "cmp r1, r2\n"
        "bne 1b\n"
        "add sp, sp, #20\n"
        "pop {r4-r11, pc}\n");
    /* clang-format on */
}

#else

/* A word's weights times four values. */
static uint32_t cg_units_s16_product(const int16_t *values, uint32_t word) {
    uint32_t sum = (uint32_t)(values[0] * (int8_t)(word & 0xFFu));
    sum += (uint32_t)(values[1] * (int8_t)((word >> 16) & 0xFFu));
    sum += (uint32_t)(values[2] * (int8_t)((word >> 8) & 0xFFu));
    return sum + (uint32_t)(values[3] * (int8_t)(word >> 24));
}

void cg_fully_connected_units_s16(const cg_units_s16 *units) {
    const int32_t quads = (int32_t)(units->end - units->values) / 4;
    const int32_t low = units->positive != 0 ? 0 : INT16_MIN;
    int16_t *output = units->output;
    for (const int32_t *stream = units->stream; stream != units->stream_end; stream += 4 * quads + 16) {
        uint32_t sums[CG_UNITS_S16]; /* of all units before one is written: outputs may lie over the values */
        for (int32_t unit = 0; unit < CG_UNITS_S16; ++unit) {
            sums[unit] = (uint32_t)stream[unit];
            for (int32_t quad = 0; quad < quads; ++quad) {
                sums[unit] += cg_units_s16_product(units->values + 4 * quad, (uint32_t)stream[4 + 4 * quad + unit]);
            }
        }
        for (int32_t unit = 0; unit < CG_UNITS_S16; ++unit) {
            const int32_t *steps = stream + 4 * quads + 4 + 3 * unit;
            const int32_t h = ((int32_t)(((int64_t)(int32_t)sums[unit] * steps[0]) >> 32) + steps[1]) >> steps[2];
            *output++ = (int16_t)(h < low ? low : (h > INT16_MAX ? INT16_MAX : h));
        }
    }
}

#endif
