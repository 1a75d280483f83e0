/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_direct_pixel_s8.h"

#include <stddef.h>

#if CG_DSP

/* Four products of each channel: r2, r3 values; r8, r10 even sums, r9, r11 those of both. */
#define CG_PRODUCTS                                                                                                    \
    "ldmia.w r1!, {r4, r5, r6, r7}\n"                                                                                  \
    "smlad r9, r2, r4, r9\n"                                                                                           \
    "sxtb16 r4, r4\n"                                                                                                  \
    "smlad r11, r2, r6, r11\n"                                                                                         \
    "sxtb16 r6, r6\n"                                                                                                  \
    "smlad r8, r2, r4, r8\n"                                                                                           \
    "smlad r10, r2, r6, r10\n"                                                                                         \
    "smlad r9, r3, r5, r9\n"                                                                                           \
    "sxtb16 r5, r5\n"                                                                                                  \
    "smlad r11, r3, r7, r11\n"                                                                                         \
    "sxtb16 r7, r7\n"                                                                                                  \
    "smlad r8, r3, r5, r8\n"                                                                                           \
    "smlad r10, r3, r7, r10\n"

#define CG_CHANNEL(sum)                                                                                                \
    "ldm r1!, {r4, r5, r6}\n"                                                                                          \
    "smmla " sum ", " sum ", r4, r5\n"                                                                                 \
    "asr " sum ", " sum ", r6\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", [r2], #1\n"

#define CG_CHANNEL_LINEAR(sum)                                                                                         \
    "ldm r1!, {r4, r5, r6}\n"                                                                                          \
    "asr r0, " sum ", #31\n"                                                                                           \
    "smmla " sum ", " sum ", r4, r5\n"                                                                                 \
    "add " sum ", " sum ", r0, lsl #7\n"                                                                               \
    "asr " sum ", " sum ", r6\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", [r2], #1\n"

/*
 * r0 values, r12 their end, r1 stream, lr runs. On the stack: output, runs, runs_end, bytes of a run or the end of the
 * widened values, these, stream_end, linear, where a turn begins. The loops have four quads of 64 bytes of code, and of
 * 56 where values are widened.
 */
CG_NAKED void cg_direct_pixel_s8(CG_UNUSED const cg_direct_pixel *pixel) {
    /* clang-format off */
    __asm__(
        ".syntax unified\n"
        "push {r4-r11, lr}\n"
        "ldm r0, {r1-r8}\n"
        "and r9, r5, #3\n"
        "cbnz r6, 1f\n"
        "adr.w r10, 4f\n"
        "sub r9, r10, r9, lsl #6\n"
        "lsl r5, r5, #2\n"
        "b 2f\n"
        "1:\n"
        "adr.w r10, 6f\n"
        "rsb r9, r9, r9, lsl #3\n"
        "sub r9, r10, r9, lsl #3\n"
        "lsl r5, r5, #3\n"
        "add r5, r5, r6\n"
        "2:\n"
        "orr r9, r9, #1\n"
        "push {r2-r9}\n"

        "1:\n"
        "ldm r1!, {r8-r11}\n"
        "ldrd r12, r0, [sp, #12]\n"
        "cbnz r0, 3f\n"
        "ldr lr, [sp, #4]\n"
        "2:\n"
        "ldr r12, [sp, #12]\n"
        "ldr r0, [lr], #4\n"
        "add r12, r12, r0\n"
        "3:\n"
        "ldr pc, [sp, #28]\n"

        ".p2align 2\n"
        "3:\n"
        ".rept 4\n"
        "ldr r3, [r0], #4\n"
        "sxtb16 r2, r3\n"
        "sxtb16 r3, r3, ror #8\n"
        CG_PRODUCTS
        ".endr\n"
        "4:\n"
        "cmp r0, r12\n"
        "bne 3b\n"
        "ldr r2, [sp, #8]\n"
        "cmp lr, r2\n"
        "bne 2b\n"
        "b 7f\n"

        ".p2align 2\n"
        "5:\n"
        ".rept 4\n"
        "ldrd r2, r3, [r0], #8\n"
        CG_PRODUCTS
        ".endr\n"
        "6:\n"
        "cmp r0, r12\n"
        "bne 5b\n"

        "7:\n"
        "sub r9, r9, r8\n"
        "sub r11, r11, r10\n"
        "lsl r8, r8, #8\n"
        "lsl r10, r10, #8\n"
        "ldr r2, [sp]\n"
        "ldrd r3, r7, [sp, #20]\n"
        "cbnz r7, 8f\n"
        CG_CHANNEL("r8") CG_CHANNEL("r9") CG_CHANNEL("r10") CG_CHANNEL("r11")
        "b 9f\n"
        "8:\n"
        CG_CHANNEL_LINEAR("r8") CG_CHANNEL_LINEAR("r9") CG_CHANNEL_LINEAR("r10") CG_CHANNEL_LINEAR("r11")
        "9:\n"
        "str r2, [sp]\n"
        "cmp r1, r3\n"
        "bne 1b\n"
        "add sp, sp, #32\n"
        "pop {r4-r11, pc}\n");
    /* clang-format on */
}

#else

/* Sums of the even channel and of both for either two channels; returns the weights of the next quad. */
static const int32_t *cg_direct_quad(const uint32_t *values, const int32_t *weights, uint32_t sums[4]) {
    for (int32_t i = 0; i < 4; ++i) {
        const uint32_t word = (uint32_t)weights[i];
        const int32_t low = cg_low_half(word);
        const int32_t high = cg_high_half(word);
        const int32_t first = cg_low_half(values[i & 1]);
        const int32_t second = cg_high_half(values[i & 1]);
        sums[i & 2] += (uint32_t)(first * (int8_t)(low & 0xFF) + second * (int8_t)(high & 0xFF));
        sums[(i & 2) + 1] += (uint32_t)(first * low) + (uint32_t)(second * high);
    }
    return weights + 4;
}

void cg_direct_pixel_s8(const cg_direct_pixel *pixel) {
    int8_t *output = pixel->output;
    for (const int32_t *stream = pixel->stream; stream != pixel->stream_end;) {
        uint32_t sums[4];
        for (int32_t i = 0; i < 4; ++i) {
            sums[i] = (uint32_t)*stream++;
        }
        if (pixel->values != NULL) {
            for (int32_t quad = 0; quad < pixel->quads; ++quad) {
                stream = cg_direct_quad(pixel->values + 2 * quad, stream, sums);
            }
        } else {
            for (const int32_t *run = pixel->runs; run != pixel->runs_end; ++run) {
                const int8_t *source = *run < 0 ? pixel->outside : pixel->base + *run;
                for (int32_t quad = 0; quad < pixel->quads; ++quad) {
                    uint32_t values[2];
                    cg_widen_quad(source + 4 * quad, values);
                    stream = cg_direct_quad(values, stream, sums);
                }
            }
        }
        for (int32_t pair = 0; pair < 2; ++pair) {
            const uint32_t even = sums[2 * pair];
            *output++ = cg_short_requantize(even << 8, stream, pixel->linear);
            *output++ = cg_short_requantize(sums[2 * pair + 1] - even, stream + 3, pixel->linear);
            stream += 6;
        }
    }
}

#endif
