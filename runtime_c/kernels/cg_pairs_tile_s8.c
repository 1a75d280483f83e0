/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_pairs_tile_s8.h"

#if CG_DSP

/* Four values of a pixel (r2, r3) times both channels: r6, r7 the even weights, r4, r5 both. */
#define CG_PIXEL(even, both)                                                                                           \
    "smlad " even ", r2, r6, " even "\n"                                                                               \
    "smlad " both ", r2, r4, " both "\n"                                                                               \
    "smlad " even ", r3, r7, " even "\n"                                                                               \
    "smlad " both ", r3, r5, " both "\n"

/* The same for the first quad: sums start with r8, r9. */
#define CG_FIRST_PIXEL(even, both)                                                                                     \
    "smlad " even ", r2, r6, r8\n"                                                                                     \
    "smlad " both ", r2, r4, r9\n"                                                                                     \
    "smlad " even ", r3, r7, " even "\n"                                                                               \
    "smlad " both ", r3, r5, " both "\n"

/* From a sum times 2^8 to a byte, with r5, r6, r7 = multiplier, offset, shift; r0 is free. */
#define CG_SATURATED(sum, place)                                                                                       \
    "smmla " sum ", " sum ", r5, r6\n"                                                                                 \
    "asr " sum ", " sum ", r7\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", " place "\n"

#define CG_SATURATED_LINEAR(sum, place)                                                                                \
    "asr r0, " sum ", #31\n"                                                                                           \
    "smmla " sum ", " sum ", r5, r6\n"                                                                                 \
    "add " sum ", " sum ", r0, lsl #7\n"                                                                               \
    "asr " sum ", " sum ", r7\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", " place "\n"

/* Of one pixel alone, with or without the correction: r0 is 2^7 or 0. */
#define CG_ONE(sum, multiplier, offset, shift)                                                                         \
    "smmla " multiplier ", " sum ", " multiplier ", " offset "\n"                                                      \
    "and " sum ", r0, " sum ", asr #31\n"                                                                              \
    "sub " sum ", " multiplier ", " sum "\n"                                                                           \
    "asr " sum ", " sum ", " shift "\n"                                                                                \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", [r12], #1\n"

/* The same of one of two pixels, with r5, r6, r7 = multiplier, offset, shift and r4 for r0, which is free. */
#define CG_TWO(sum, place)                                                                                             \
    "smmla r0, " sum ", r5, r6\n"                                                                                      \
    "and " sum ", r4, " sum ", asr #31\n"                                                                              \
    "sub " sum ", r0, " sum "\n"                                                                                       \
    "asr " sum ", " sum ", r7\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", " place "\n"

/* Both channels of three pixels. The sum of both less the even one is 2^8 times the odd one. */
/* clang-format off */
#define CG_OUTPUTS(saturated) \
    "ldm sp, {r2, r3, r4}\n" \
    "ldm r1!, {r5, r6, r7}\n" \
    "sub r9, r9, r8\n" \
    "sub r11, r11, r10\n" \
    "sub lr, lr, r12\n" \
    "lsl r8, r8, #8\n" \
    "lsl r10, r10, #8\n" \
    "lsl r12, r12, #8\n" \
    saturated("r12", "[r2, r4]") \
    saturated("r10", "[r2, r3]") \
    saturated("r8", "[r2], #1") \
    "ldm r1!, {r5, r6, r7}\n" \
    saturated("lr", "[r2, r4]") \
    saturated("r11", "[r2, r3]") \
    saturated("r9", "[r2], #1") \
    "str r2, [sp]\n" \
    "ldrd r0, r2, [sp, #16]\n" \
    "cmp r1, r2\n"
/* clang-format on */

/*
 * r0 values, r1 stream; r2, r3 values of a pixel; r4 to r7 weights; r8 to lr the sums: even channel and both, of
 * pixels 0, 1, 2. On the stack: output, step1, step2, end, values, stream_end, entry of the loop, code after it.
 * Every quad of the loop is 72 bytes of code.
 */
CG_NAKED void cg_pairs_tile_s8(CG_UNUSED const cg_pairs_tile *tile) {
    /* clang-format off */
    __asm__(
        ".syntax unified\n"
        "push {r4-r11, lr}\n"
        "ldm r0, {r1-r9}\n"
        "cmp r4, #0\n"
        "beq.w 7f\n"
        "adr.w r10, 3f\n"
        "sub r8, r10, r8\n"
        "orr r8, r8, #1\n"
        "cmp r9, #0\n"
        "adr.w r9, 4f\n"
        "beq 1f\n"
        "adr.w r9, 5f\n"
        "1:\n"
        "orr r9, r9, #1\n"
        "push {r2-r9}\n"
        "mov r0, r6\n"

        "1:\n"
        "ldm r1!, {r4, r5, r8, r9}\n"
        "sxtb16 r6, r4\n"
        "sxtb16 r7, r5\n"
        "ldrd r2, r3, [r0, #8]\n"
        CG_FIRST_PIXEL("r10", "r11")
        "ldrd r2, r3, [r0, #16]\n"
        CG_FIRST_PIXEL("r12", "lr")
        "ldrd r2, r3, [r0], #24\n"
        CG_PIXEL("r8", "r9")
        "ldr pc, [sp, #24]\n"

        ".p2align 2\n"
        "2:\n"
        ".rept 8\n"
        "ldrd r4, r5, [r1], #8\n"
        "sxtb16 r6, r4\n"
        "sxtb16 r7, r5\n"
        "ldrd r2, r3, [r0, #8]\n"
        CG_PIXEL("r10", "r11")
        "ldrd r2, r3, [r0, #16]\n"
        CG_PIXEL("r12", "lr")
        "ldrd r2, r3, [r0], #24\n"
        CG_PIXEL("r8", "r9")
        ".endr\n"
        "3:\n"
        "ldr r2, [sp, #12]\n"
        "cmp r0, r2\n"
        "bne 2b\n"
        "ldr pc, [sp, #28]\n"

        ".p2align 2\n"
        "4:\n"
        CG_OUTPUTS(CG_SATURATED)
        "bne 1b\n"
        "b 6f\n"

        ".p2align 2\n"
        "5:\n"
        CG_OUTPUTS(CG_SATURATED_LINEAR)
        "bne 1b\n"

        "6:\n"
        "add sp, sp, #32\n"
        "pop {r4-r11, pc}\n"

        /* One pixel: r8, r9 the sums, r10 end, r11 values, r12 output, lr stream_end; on the stack what rounds. */
        "7:\n"
        "cmp r3, #0\n"
        "bne 9f\n"
        "mov r12, r2\n"
        "mov r10, r5\n"
        "mov r11, r6\n"
        "mov lr, r7\n"
        "lsl r9, r9, #7\n"
        "push {r9}\n"
        "8:\n"
        "mov r0, r11\n"
        "ldm r1!, {r4, r5, r8, r9}\n"
        "b 2f\n"
        "1:\n"
        "ldrd r4, r5, [r1], #8\n"
        "2:\n"
        "sxtb16 r6, r4\n"
        "sxtb16 r7, r5\n"
        "ldrd r2, r3, [r0], #24\n"
        CG_PIXEL("r8", "r9")
        "cmp r0, r10\n"
        "bne 1b\n"
        "sub r9, r9, r8\n"
        "lsl r8, r8, #8\n"
        "ldr r0, [sp]\n"
        "ldm r1!, {r2-r7}\n"
        CG_ONE("r8", "r2", "r3", "r4")
        CG_ONE("r9", "r5", "r6", "r7")
        "cmp r1, lr\n"
        "bne 8b\n"
        "pop {r0, r4-r11, pc}\n"

        /* Two pixels: r8 to r11 the sums, r12 end, lr values; on the stack output, step1, stream_end, what rounds. */
        "9:\n"
        "mov r12, r5\n"
        "mov lr, r6\n"
        "lsl r9, r9, #7\n"
        "push {r2, r3, r7, r9}\n"
        "10:\n"
        "mov r0, lr\n"
        "ldm r1!, {r4, r5, r8, r9}\n"
        "mov r10, r8\n"
        "mov r11, r9\n"
        "b 2f\n"
        "1:\n"
        "ldrd r4, r5, [r1], #8\n"
        "2:\n"
        "sxtb16 r6, r4\n"
        "sxtb16 r7, r5\n"
        "ldrd r2, r3, [r0, #8]\n"
        CG_PIXEL("r10", "r11")
        "ldrd r2, r3, [r0], #24\n"
        CG_PIXEL("r8", "r9")
        "cmp r0, r12\n"
        "bne 1b\n"
        "ldrd r2, r3, [sp]\n"
        "ldr r4, [sp, #12]\n"
        "sub r9, r9, r8\n"
        "sub r11, r11, r10\n"
        "lsl r8, r8, #8\n"
        "lsl r10, r10, #8\n"
        "ldm r1!, {r5, r6, r7}\n"
        CG_TWO("r10", "[r2, r3]")
        CG_TWO("r8", "[r2], #1")
        "ldm r1!, {r5, r6, r7}\n"
        CG_TWO("r11", "[r2, r3]")
        CG_TWO("r9", "[r2], #1")
        "str r2, [sp]\n"
        "ldr r0, [sp, #8]\n"
        "cmp r1, r0\n"
        "bne 10b\n"
        "add sp, sp, #16\n"
        "pop {r4-r11, pc}\n");
    /* clang-format on */
}

#else

/* Sums of the even channel and of both, for one pixel; weights as the stream has them. */
static void cg_pairs_sums(const cg_pairs_tile *tile, const int32_t *stream, int32_t pixel, uint32_t sums[2]) {
    const uint32_t *values = tile->values + 2 * pixel;
    sums[0] = (uint32_t)stream[2];
    sums[1] = (uint32_t)stream[3];
    for (int32_t quad = 0; values < tile->end; ++quad) {
        const int32_t *weights = stream + (quad == 0 ? 0 : 2 + 2 * quad);
        for (int32_t i = 0; i < 2; ++i) {
            const int32_t low = cg_low_half((uint32_t)weights[i]);
            const int32_t high = cg_high_half((uint32_t)weights[i]);
            const int32_t first = cg_low_half(values[i]);
            const int32_t second = cg_high_half(values[i]);
            sums[0] += (uint32_t)(first * (int8_t)(low & 0xFF) + second * (int8_t)(high & 0xFF));
            sums[1] += (uint32_t)(first * low) + (uint32_t)(second * high);
        }
        values += CG_PAIRS_QUAD;
    }
}

void cg_pairs_tile_s8(const cg_pairs_tile *tile) {
    const int32_t step[CG_PAIRS_PIXELS] = {0, tile->step1, tile->step2};
    const int32_t quads = (int32_t)(tile->end - tile->values) / CG_PAIRS_QUAD;
    int8_t *output = tile->output;
    for (const int32_t *stream = tile->stream; stream != tile->stream_end; stream += 2 * quads + 8) {
        const int32_t *steps = stream + 2 * quads + 2;
        for (int32_t pixel = CG_PAIRS_PIXELS - 1; pixel >= 0; --pixel) {
            uint32_t sums[2];
            if (pixel > 0 && step[pixel] == 0) {
                continue;
            }
            cg_pairs_sums(tile, stream, pixel, sums);
            output[step[pixel]] = cg_short_requantize(sums[0] << 8, steps, tile->linear);
            output[step[pixel] + 1] = cg_short_requantize(sums[1] - sums[0], steps + 3, tile->linear);
        }
        output += 2;
    }
}

#endif
