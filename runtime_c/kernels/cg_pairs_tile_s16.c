/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_pairs_tile_s16.h"

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

/* The weights of both channels from r4 and r6. */
#define CG_WIDENED                                                                                                     \
    "sxtb16 r5, r4, ror #8\n"                                                                                          \
    "sxtb16 r4, r4\n"                                                                                                  \
    "sxtb16 r7, r6, ror #8\n"                                                                                          \
    "sxtb16 r6, r6\n"

/* From a sum to 16 bits, with r5, r6, r7 = multiplier, offset, shift; then both channels of three pixels. */
/* clang-format off */
#define CG_SIGNED(sum, place) \
    "smmla " sum ", " sum ", r5, r6\n" \
    "asr " sum ", " sum ", r7\n" \
    "ssat " sum ", #16, " sum "\n" \
    "strh " sum ", " place "\n"

#define CG_POSITIVE(sum, place) \
    "smmla " sum ", " sum ", r5, r6\n" \
    "asr " sum ", " sum ", r7\n" \
    "usat " sum ", #15, " sum "\n" \
    "strh " sum ", " place "\n"

#define CG_OUTPUTS(saturated) \
    "ldm sp, {r2, r3, r4}\n" \
    "ldm r1!, {r5, r6, r7}\n" \
    saturated("r12", "[r2, r4]") \
    saturated("r10", "[r2, r3]") \
    saturated("r8", "[r2], #2") \
    "ldm r1!, {r5, r6, r7}\n" \
    saturated("lr", "[r2, r4]") \
    saturated("r11", "[r2, r3]") \
    saturated("r9", "[r2], #2") \
    "str r2, [sp]\n" \
    "ldrd r0, r2, [sp, #16]\n" \
    "cmp r1, r2\n"
/* clang-format on */

/*
 * r0 values, r1 stream; r2, r3 values of a pixel; r4 to r7 weights; r8 to lr the sums: even and odd channel of pixels
 * 0, 1, 2. On the stack: output, step1, step2, end, values, stream_end, entry of the loop, code after it. Every quad of
 * the loop is 80 bytes of code.
 */
CG_NAKED void cg_pairs_tile_s16(CG_UNUSED const cg_pairs_s16 *tile) {
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
        "ldm r1!, {r4, r6, r8, r9}\n"
        CG_WIDENED
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
        "ldrd r4, r6, [r1], #8\n"
        CG_WIDENED
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
        CG_OUTPUTS(CG_SIGNED)
        "bne 1b\n"
        "b 6f\n"

        ".p2align 2\n"
        "5:\n"
        CG_OUTPUTS(CG_POSITIVE)
        "bne 1b\n"

        "6:\n"
        "add sp, sp, #32\n"
        "pop {r4-r11, pc}\n");
    /* clang-format on */
}

/* r0 source, r1 turns of four quads and the first one of less, r2 values. A quad is 8 bytes of code. */
CG_NAKED uint32_t *cg_pairs_copy_s16(CG_UNUSED const int16_t *source, CG_UNUSED int32_t quads,
                                     CG_UNUSED uint32_t *values) {
    __asm__(".syntax unified\n"
            "push {r4, r5}\n"
            "adr.w r12, 2f\n"
            "and r3, r1, #3\n"
            "sub r12, r12, r3, lsl #3\n"
            "orr r12, r12, #1\n"
            "asr r1, r1, #2\n"
            "bx r12\n"
            ".p2align 2\n"
            "1:\n"
            ".rept 4\n"
            "ldrd r4, r5, [r0], #8\n"
            "strd r4, r5, [r2], #24\n"
            ".endr\n"
            "2:\n"
            "subs r1, r1, #1\n"
            "bpl 1b\n"
            "mov r0, r2\n"
            "pop {r4, r5}\n"
            "bx lr\n");
}

#else

/* Sums of both channels for one pixel. */
static void cg_pairs_s16_sums(const cg_pairs_s16 *tile, const int32_t *stream, int32_t pixel, uint32_t sums[2]) {
    const uint32_t *values = tile->values + 2 * pixel;
    sums[0] = (uint32_t)stream[2];
    sums[1] = (uint32_t)stream[3];
    for (int32_t quad = 0; values < tile->end; ++quad) {
        const int32_t *weights = stream + (quad == 0 ? 0 : 2 + 2 * quad);
        for (int32_t i = 0; i < 2; ++i) {
            const uint32_t word = (uint32_t)weights[i];
            for (int32_t k = 0; k < 2; ++k) {
                const uint32_t pair = word >> (8 * k);
                sums[i] += (uint32_t)(cg_low_half(values[k]) * (int8_t)(pair & 0xFFu));
                sums[i] += (uint32_t)(cg_high_half(values[k]) * (int8_t)((pair >> 16) & 0xFFu));
            }
        }
        values += CG_PAIRS_S16_QUAD;
    }
}

static int16_t cg_pairs_s16_requantize(uint32_t sum, const int32_t *steps, int32_t positive) {
    const int32_t h = ((int32_t)(((int64_t)(int32_t)sum * steps[0]) >> 32) + steps[1]) >> steps[2];
    const int32_t low = positive != 0 ? 0 : INT16_MIN;
    return (int16_t)(h < low ? low : (h > INT16_MAX ? INT16_MAX : h));
}

void cg_pairs_tile_s16(const cg_pairs_s16 *tile) {
    const int32_t step[CG_PAIRS_S16_PIXELS] = {0, tile->step1 / 2, tile->step2 / 2};
    const int32_t quads = (int32_t)(tile->end - tile->values) / CG_PAIRS_S16_QUAD;
    int16_t *output = tile->output;
    for (const int32_t *stream = tile->stream; stream != tile->stream_end; stream += 2 * quads + 8) {
        const int32_t *steps = stream + 2 * quads + 2;
        for (int32_t pixel = CG_PAIRS_S16_PIXELS - 1; pixel >= 0; --pixel) {
            uint32_t sums[2];
            if (pixel > 0 && step[pixel] == 0) {
                continue;
            }
            cg_pairs_s16_sums(tile, stream, pixel, sums);
            output[step[pixel]] = cg_pairs_s16_requantize(sums[0], steps, tile->positive);
            output[step[pixel] + 1] = cg_pairs_s16_requantize(sums[1], steps + 3, tile->positive);
        }
        output += 2;
    }
}

uint32_t *cg_pairs_copy_s16(const int16_t *source, int32_t quads, uint32_t *values) {
    for (; quads > 0; --quads) {
        values[0] = cg_halves(source[0], source[1]);
        values[1] = cg_halves(source[2], source[3]);
        source += 4;
        values += CG_PAIRS_S16_QUAD;
    }
    return values;
}

#endif
