/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_taps_s16.h"

#if CG_DSP

/* From a sum to 16 bits at r11. */
#define CG_SIGNED(sum)                                                                                                 \
    "ldm r1!, {r5, r6, r7}\n"                                                                                          \
    "smmla " sum ", " sum ", r5, r6\n"                                                                                 \
    "asr " sum ", " sum ", r7\n"                                                                                       \
    "ssat " sum ", #16, " sum "\n"                                                                                     \
    "strh " sum ", [r11], #2\n"

#define CG_POSITIVE(sum)                                                                                               \
    "ldm r1!, {r5, r6, r7}\n"                                                                                          \
    "smmla " sum ", " sum ", r5, r6\n"                                                                                 \
    "asr " sum ", " sum ", r7\n"                                                                                       \
    "usat " sum ", #15, " sum "\n"                                                                                     \
    "strh " sum ", [r11], #2\n"

/*
 * r0 taps, r1 stream, r2 bytes from a pixel to its channels; r3, r4 two taps; r5, r6 their weights; r8, r9 the sums;
 * r11 output, r12 code of a first turn, lr the end of the taps. On the stack: stream_end, taps, code after the taps.
 * Two taps are 32 bytes of code.
 */
CG_NAKED void cg_depthwise_taps_s16(CG_UNUSED const cg_taps_s16 *pixel) {
    /* clang-format off */
    __asm__(
        ".syntax unified\n"
        "push {r4-r11, lr}\n"
        "ldm r0, {r1-r7}\n"
        "mov lr, r4\n"
        "mov r11, r5\n"
        "adr.w r12, 3f\n"
        "sub r12, r12, r6\n"
        "orr r12, r12, #1\n"
        "adr.w r4, 4f\n"
        "cmp r7, #0\n"
        "beq 1f\n"
        "adr.w r4, 5f\n"
        "1:\n"
        "orr r4, r4, #1\n"
        "push {r2, r3, r4}\n"
        "mov r0, r3\n"
        "mov r2, #0\n"

        "1:\n"
        "ldm r1!, {r8, r9}\n"
        "bx r12\n"

        ".p2align 2\n"
        "2:\n"
        ".rept 8\n"
        "ldrd r3, r4, [r0], #8\n"
        "ldrd r5, r6, [r1], #8\n"
        "ldr.w r3, [r3, r2]\n"
        "ldr.w r4, [r4, r2]\n"
        "pkhbt r7, r3, r4, lsl #16\n"
        "pkhtb r4, r4, r3, asr #16\n"
        "smlad r8, r7, r5, r8\n"
        "smlad r9, r4, r6, r9\n"
        ".endr\n"
        "3:\n"
        "cmp r0, lr\n"
        "bne 2b\n"
        "ldr pc, [sp, #8]\n"

        ".p2align 2\n"
        "4:\n"
        CG_SIGNED("r8")
        CG_SIGNED("r9")
        "b 6f\n"

        ".p2align 2\n"
        "5:\n"
        CG_POSITIVE("r8")
        CG_POSITIVE("r9")

        "6:\n"
        "ldrd r3, r0, [sp]\n"
        "add r2, r2, #4\n"
        "cmp r1, r3\n"
        "bne 1b\n"
        "add sp, sp, #12\n"
        "pop {r4-r11, pc}\n");
    /* clang-format on */
}

#else

static int16_t cg_taps_s16_requantize(uint32_t sum, const int32_t *steps, int32_t positive) {
    const int32_t h = ((int32_t)(((int64_t)(int32_t)sum * steps[0]) >> 32) + steps[1]) >> steps[2];
    const int32_t low = positive != 0 ? 0 : INT16_MIN;
    return (int16_t)(h < low ? low : (h > INT16_MAX ? INT16_MAX : h));
}

void cg_depthwise_taps_s16(const cg_taps_s16 *pixel) {
    const int32_t taps = (int32_t)(pixel->end - pixel->taps);
    int16_t *output = pixel->output;
    int32_t channel = 0;
    for (const int32_t *stream = pixel->stream; stream != pixel->stream_end; stream += taps + 8) {
        for (int32_t i = 0; i < 2; ++i) {
            uint32_t sum = (uint32_t)stream[i];
            for (int32_t tap = 0; tap < taps; tap += 2) {
                const uint32_t word = (uint32_t)stream[2 + tap + i];
                sum += (uint32_t)(pixel->taps[tap][channel] * cg_low_half(word));
                sum += (uint32_t)(pixel->taps[tap + 1][channel] * cg_high_half(word));
            }
            *output++ = cg_taps_s16_requantize(sum, stream + 2 + taps + 3 * i, pixel->positive);
            ++channel;
        }
    }
}

#endif
