/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_wide_tile_s8.h"

#if CG_DSP

/* Four values of a pixel (r2, r3) times both channels: r4, r5 the even weights, r6, r7 the odd ones. */
#define CG_PIXEL(even, odd)                                                                                            \
    "smlad " even ", r2, r4, " even "\n"                                                                               \
    "smlad " odd ", r2, r6, " odd "\n"                                                                                 \
    "smlad " even ", r3, r5, " even "\n"                                                                               \
    "smlad " odd ", r3, r7, " odd "\n"

/* The same for the first quad: sums start with r8, r9. */
#define CG_FIRST_PIXEL(even, odd)                                                                                      \
    "smlad " even ", r2, r4, r8\n"                                                                                     \
    "smlad " odd ", r2, r6, r9\n"                                                                                      \
    "smlad " even ", r3, r5, " even "\n"                                                                               \
    "smlad " odd ", r3, r7, " odd "\n"

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

/* Both channels of three pixels. */
/* clang-format off */
#define CG_OUTPUTS(saturated) \
    "ldm sp, {r2, r3, r4}\n" \
    "ldm r1!, {r5, r6, r7}\n" \
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
 * r0 values, r1 stream; r2, r3 values of a pixel; r4 to r7 weights; r8 to lr the sums: even and odd channel of pixels
 * 0, 1, 2. On the stack: output, step1, step2, end, values, stream_end, entry of the loop, code after it. Every quad of
 * the loop is 64 bytes of code.
 */
CG_NAKED void cg_wide_tile_s8(CG_UNUSED const cg_pairs_tile *tile) {
    /* clang-format off */
    __asm__(
        ".syntax unified\n"
        "push {r4-r11, lr}\n"
        "ldm r0, {r1-r9}\n"
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
        "ldm r1!, {r4-r9}\n"
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
        "ldmia.w r1!, {r4-r7}\n"
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
        "pop {r4-r11, pc}\n");
    /* clang-format on */
}

#else

/* Sums of both channels for one pixel. */
static void cg_wide_sums(const cg_pairs_tile *tile, const int32_t *stream, int32_t pixel, uint32_t sums[2]) {
    const uint32_t *values = tile->values + 2 * pixel;
    sums[0] = (uint32_t)stream[4];
    sums[1] = (uint32_t)stream[5];
    for (int32_t quad = 0; values < tile->end; ++quad) {
        const int32_t *weights = stream + (quad == 0 ? 0 : 2 + 4 * quad);
        for (int32_t i = 0; i < 4; ++i) {
            const uint32_t word = (uint32_t)weights[i];
            sums[i >> 1] += (uint32_t)(cg_low_half(values[i & 1]) * cg_low_half(word));
            sums[i >> 1] += (uint32_t)(cg_high_half(values[i & 1]) * cg_high_half(word));
        }
        values += CG_PAIRS_QUAD;
    }
}

void cg_wide_tile_s8(const cg_pairs_tile *tile) {
    const int32_t step[CG_PAIRS_PIXELS] = {0, tile->step1, tile->step2};
    const int32_t quads = (int32_t)(tile->end - tile->values) / CG_PAIRS_QUAD;
    int8_t *output = tile->output;
    for (const int32_t *stream = tile->stream; stream != tile->stream_end; stream += 4 * quads + 8) {
        const int32_t *steps = stream + 4 * quads + 2;
        for (int32_t pixel = CG_PAIRS_PIXELS - 1; pixel >= 0; --pixel) {
            uint32_t sums[2];
            if (pixel > 0 && step[pixel] == 0) {
                continue;
            }
            cg_wide_sums(tile, stream, pixel, sums);
            output[step[pixel]] = cg_short_requantize(sums[0], steps, tile->linear);
            output[step[pixel] + 1] = cg_short_requantize(sums[1], steps + 3, tile->linear);
        }
        output += 2;
    }
}

#endif
