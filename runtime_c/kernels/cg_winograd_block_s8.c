/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_winograd_block_s8.h"

#if CG_DSP

/* Four values of a tile (r2, r3) times both channels: r4, r5 the even weights, r6, r7 the odd ones. */
#define CG_TILE(even, odd)                                                                                             \
    "smlad " even ", r2, r4, " even "\n"                                                                               \
    "smlad " odd ", r2, r6, " odd "\n"                                                                                 \
    "smlad " even ", r3, r5, " even "\n"                                                                               \
    "smlad " odd ", r3, r7, " odd "\n"

/* The same for the first quad. */
#define CG_FIRST_TILE(even, odd)                                                                                       \
    "smuad " even ", r2, r4\n"                                                                                         \
    "smuad " odd ", r2, r6\n"                                                                                          \
    "smlad " even ", r3, r5, " even "\n"                                                                               \
    "smlad " odd ", r3, r7, " odd "\n"

/* From four times a sum to a byte, with r8, r10, r12 = multiplier, offset, shift; lr is free. */
#define CG_SATURATED(sum, place)                                                                                       \
    "smmla " sum ", " sum ", r8, r10\n"                                                                                \
    "asr " sum ", " sum ", r12\n"                                                                                      \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", " place "\n"

#define CG_SATURATED_LINEAR(sum, place)                                                                                \
    "asr lr, " sum ", #31\n"                                                                                           \
    "smmla " sum ", " sum ", r8, r10\n"                                                                                \
    "add " sum ", " sum ", lr, lsl #1\n"                                                                               \
    "asr " sum ", " sum ", r12\n"                                                                                      \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", " place "\n"

/* Both channels of a tile: four sums of the even one in r9, r7, r11, r3, of the odd one in r10, r8, r12, r4. */
/* clang-format off */
#define CG_OUTPUTS(saturated) \
    "push {r4, r8, r10, r12}\n" \
    "ldm r2, {r4, r5, r6}\n" \
    "ldm r1, {r8, r10, r12}\n" \
    saturated("r3", "[r5, r6]") \
    saturated("r11", "[r5], #1") \
    saturated("r7", "[r4, r6]") \
    saturated("r9", "[r4], #1") \
    "pop {r3, r7, r9, r11}\n" \
    "ldrd r8, r10, [r1, #12]\n" \
    "ldr r12, [r1, #20]\n" \
    saturated("r3", "[r5, r6]") \
    saturated("r11", "[r5], #1") \
    saturated("r7", "[r4, r6]") \
    saturated("r9", "[r4], #1") \
    "strd r4, r5, [r2], #-12\n"

#define CG_ADDED(even, odd, sign) \
    sign " " even ", " even ", r5\n" \
    sign " " odd ", " odd ", r6\n"
/* clang-format on */

/*
 * Products: r0 values, r1 stream, r2, r3 values of a tile, r4 to r7 weights, r8 to lr the sums M of a position: even
 * and odd channel of tiles 0, 1, 2, which go behind the last values. Outputs: r0 the tile's M, r1 the steps, r2 the
 * tile's place.
 *
 * On the stack: 0 back, 4 values of the position behind the last one, 8 entry of the loop, 12 code after a turn, 16 end
 * of the position's values, 20 stream_end, 24 code of the outputs, 28 M of tile 2, 32 place of tile 2, 36 M before tile
 * 0. Every quad of the loop is 64 bytes of code.
 */
CG_NAKED void cg_winograd_block_s8(CG_UNUSED cg_winograd_block *block) {
    /* clang-format off */
    __asm__(
        ".syntax unified\n"
        "push {r4-r11, lr}\n"
        "add lr, r0, #52\n"
        "ldm r0, {r1-r7}\n"
        "adr.w r8, 3f\n"
        "sub r5, r8, r5\n"
        "orr r5, r5, #1\n"
        "adr.w r8, 4f\n"
        "cmp r6, #0\n"
        "bne 1f\n"
        "adr.w r8, 5f\n"
        "1:\n"
        "orr r6, r8, #1\n"
        "adr.w r8, 7f\n"
        "cmp r7, #0\n"
        "beq 1f\n"
        "adr.w r8, 8f\n"
        "1:\n"
        "orr r9, r8, #1\n"
        "mov r8, r2\n"
        "mov r0, r3\n"
        "add r2, r3, r4\n"
        "add r7, r2, #24\n"
        "add r10, r7, #16\n"
        "mov r11, lr\n"
        "sub r12, r7, #8\n"
        "mov r3, r4\n"
        "add r4, r0, #384\n"
        "push {r3-r12}\n"

        "1:\n"
        "ldm r1!, {r4-r7}\n"
        "ldrd r2, r3, [r0, #8]\n"
        CG_FIRST_TILE("r10", "r11")
        "ldrd r2, r3, [r0, #16]\n"
        CG_FIRST_TILE("r12", "lr")
        "ldrd r2, r3, [r0], #384\n"
        CG_FIRST_TILE("r8", "r9")
        "ldr pc, [sp, #8]\n"

        ".p2align 2\n"
        "2:\n"
        ".rept 15\n"
        "ldmia.w r1!, {r4-r7}\n"
        "ldrd r2, r3, [r0, #8]\n"
        CG_TILE("r10", "r11")
        "ldrd r2, r3, [r0, #16]\n"
        CG_TILE("r12", "lr")
        "ldrd r2, r3, [r0], #384\n"
        CG_TILE("r8", "r9")
        ".endr\n"
        "3:\n"
        "ldr pc, [sp, #12]\n"

        ".p2align 2\n"
        "4:\n"
        "ldr r2, [sp, #16]\n"
        "cmp r0, r2\n"
        "bne 2b\n"
        "add r2, r2, #24\n"
        "str r2, [sp, #16]\n"

        ".p2align 2\n"
        "5:\n"
        "stm r0, {r8-r12, lr}\n"
        "ldrd r2, r3, [sp]\n"
        "sub r0, r0, r2\n"
        "cmp r0, r3\n"
        "bne 1b\n"

        "ldrd r0, r2, [sp, #28]\n"
        "6:\n"
        /* Column 1 of M, with the bias in its second row, which all outputs have: r7, r8 above, r3, r4 below. */
        "ldrd r3, r4, [r0, #120]\n"
        "ldrd r5, r6, [r1, #24]\n"
        CG_ADDED("r3", "r4", "add")
        "ldrd r5, r6, [r0, #216]\n"
        "add r7, r3, r5\n"
        "add r8, r4, r6\n"
        CG_ADDED("r3", "r4", "sub")
        "ldrd r5, r6, [r0, #24]\n"
        CG_ADDED("r7", "r8", "add")
        "ldrd r5, r6, [r0, #312]\n"
        CG_ADDED("r3", "r4", "sub")
        /* Column 2: r11, r12 above, lr, r9 below. */
        "ldrd lr, r9, [r0, #144]\n"
        "ldrd r5, r6, [r0, #240]\n"
        "add r11, lr, r5\n"
        "add r12, r9, r6\n"
        CG_ADDED("lr", "r9", "sub")
        "ldrd r5, r6, [r0, #48]\n"
        CG_ADDED("r11", "r12", "add")
        "ldrd r5, r6, [r0, #336]\n"
        CG_ADDED("lr", "r9", "sub")
        /* Their sum is in the first outputs of both rows, their difference in the second ones. */
        "add r10, r8, r12\n"
        "sub r8, r8, r12\n"
        "add r12, r4, r9\n"
        "sub r4, r4, r9\n"
        "add r9, r7, r11\n"
        "sub r7, r7, r11\n"
        "add r11, r3, lr\n"
        "sub r3, r3, lr\n"
        /* Column 0. */
        "ldrd r5, r6, [r0]\n"
        CG_ADDED("r9", "r10", "add")
        "ldrd r5, r6, [r0, #96]\n"
        CG_ADDED("r9", "r10", "add")
        CG_ADDED("r11", "r12", "add")
        "ldrd r5, r6, [r0, #192]\n"
        CG_ADDED("r9", "r10", "add")
        CG_ADDED("r11", "r12", "sub")
        "ldrd r5, r6, [r0, #288]\n"
        CG_ADDED("r11", "r12", "sub")
        /* Column 3. */
        "ldrd r5, r6, [r0, #72]\n"
        CG_ADDED("r7", "r8", "sub")
        "ldrd r5, r6, [r0, #168]\n"
        CG_ADDED("r7", "r8", "sub")
        CG_ADDED("r3", "r4", "sub")
        "ldrd r5, r6, [r0, #264]\n"
        CG_ADDED("r7", "r8", "sub")
        CG_ADDED("r3", "r4", "add")
        "ldrd r5, r6, [r0, #360]\n"
        CG_ADDED("r3", "r4", "add")
        "ldr pc, [sp, #24]\n"

        ".p2align 2\n"
        "7:\n"
        CG_OUTPUTS(CG_SATURATED)
        "b 9f\n"

        ".p2align 2\n"
        "8:\n"
        CG_OUTPUTS(CG_SATURATED_LINEAR)

        "9:\n"
        "ldr r3, [sp, #36]\n"
        "sub r0, r0, #8\n"
        "cmp r0, r3\n"
        "bne 6b\n"
        "ldrd r4, r5, [sp, #16]\n"
        "add r4, r3, #8\n"
        "str r4, [sp, #16]\n"
        "ldr r0, [sp, #4]\n"
        "sub r0, r0, #384\n"
        "add r1, r1, #32\n"
        "cmp r1, r5\n"
        "bne 1b\n"
        "add sp, sp, #40\n"
        "pop {r4-r11, pc}\n");
    /* clang-format on */
}

#else

/* M of a tile and a channel (0 even, 1 odd) at one position. */
static uint32_t cg_winograd_product(const uint32_t *values, const int32_t *weights, int32_t quads, int32_t odd) {
    uint32_t sum = 0;
    for (int32_t quad = 0; quad < quads; ++quad) {
        for (int32_t i = 0; i < 2; ++i) {
            const uint32_t word = (uint32_t)weights[4 * quad + 2 * odd + i];
            sum += (uint32_t)(cg_low_half(values[i]) * cg_low_half(word));
            sum += (uint32_t)(cg_high_half(values[i]) * cg_high_half(word));
        }
        values += CG_WINOGRAD_QUAD;
    }
    return sum;
}

/* A^T times four numbers. */
static void cg_winograd_outputs(const uint32_t *m, int32_t step, uint32_t outputs[2]) {
    outputs[0] = m[0] + m[step] + m[2 * step];
    outputs[1] = m[step] - m[2 * step] - m[3 * step];
}

static int8_t cg_winograd_requantize(uint32_t scaled, const int32_t *steps, int32_t linear) {
    const int32_t x = (int32_t)scaled;
    int32_t h = (int32_t)(((int64_t)x * steps[0]) >> 32) + steps[1];
    h = (h - (linear != 0 && x < 0 ? 2 : 0)) >> steps[2];
    return (int8_t)(h < -128 ? -128 : (h > 127 ? 127 : h));
}

/* The outputs of a tile and a channel, whose values, weights, steps and bias these are. */
static void cg_winograd_channel(const cg_winograd_block *block, int32_t tile, const int32_t *weights, int32_t quads,
                                int32_t odd) {
    const cg_winograd_place *place = &block->places[tile];
    const int32_t *steps = weights + 64 * quads;
    uint32_t m[CG_WINOGRAD_POSITIONS];
    uint32_t columns[8];
    uint32_t row[2];
    for (int32_t position = 0; position < CG_WINOGRAD_POSITIONS; ++position) {
        const uint32_t *values = block->values + 2 * (CG_WINOGRAD_TILES * position + tile);
        m[position] = cg_winograd_product(values, weights + 4 * quads * position, quads, odd);
    }
    m[5] += (uint32_t)steps[6 + odd];
    steps += 3 * odd;
    for (int32_t column = 0; column < 4; ++column) {
        cg_winograd_outputs(m + column, 4, columns + 2 * column);
    }
    cg_winograd_outputs(columns + 1, 2, row);
    place->lower[place->step + odd] = cg_winograd_requantize(row[1], steps, block->linear);
    place->lower[odd] = cg_winograd_requantize(row[0], steps, block->linear);
    cg_winograd_outputs(columns, 2, row);
    place->upper[place->step + odd] = cg_winograd_requantize(row[1], steps, block->linear);
    place->upper[odd] = cg_winograd_requantize(row[0], steps, block->linear);
}

void cg_winograd_block_s8(cg_winograd_block *block) {
    const int32_t quads = (block->back + 24) / 384;
    for (const int32_t *stream = block->stream; stream != block->stream_end; stream += 64 * quads + 8) {
        for (int32_t tile = CG_WINOGRAD_TILES - 1; tile >= 0; --tile) {
            if (tile == 0 || block->places[tile].upper != block->places[0].upper) {
                cg_winograd_channel(block, tile, stream, quads, 0);
                cg_winograd_channel(block, tile, stream, quads, 1);
            }
        }
        for (int32_t tile = 0; tile < CG_WINOGRAD_TILES; ++tile) {
            block->places[tile].upper += 2;
            block->places[tile].lower += 2;
        }
    }
}

#endif
