/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_winograd_input_s8.h"

#if CG_DSP

/* A column at `pixel`, to `place`s of r3: rows 1, 2, 3, 0 are r4 to r9 and r10, lr. */
/* clang-format off */
#define CG_COLUMN(pixel, place0, place1, place2, place3) \
    "ldr r4, [" pixel ", r1]\n" \
    "ldr r6, [" pixel ", r1, lsl #1]\n" \
    "ldr r8, [" pixel ", r11]\n" \
    "ldr r10, [" pixel "], #4\n" \
    "sxtb16 r5, r4, ror #8\n" \
    "sxtb16 r4, r4\n" \
    "sxtb16 r7, r6, ror #8\n" \
    "sxtb16 r6, r6\n" \
    "sxtb16 r9, r8, ror #8\n" \
    "sxtb16 r8, r8\n" \
    "sxtb16 lr, r10, ror #8\n" \
    "sxtb16 r10, r10\n" \
    "ssub16 r8, r4, r8\n" \
    "ssub16 r9, r5, r9\n" \
    "strd r8, r9, " place3 "\n" \
    "sadd16 r8, r4, r6\n" \
    "sadd16 r9, r5, r7\n" \
    "strd r8, r9, " place1 "\n" \
    "ssub16 r4, r6, r4\n" \
    "ssub16 r5, r7, r5\n" \
    "strd r4, r5, " place2 "\n" \
    "ssub16 r10, r10, r6\n" \
    "ssub16 lr, lr, r7\n" \
    "strd r10, lr, " place0 "\n"
/* clang-format on */

/* r0, r2 the columns, r1 and r11 one and three pitches, r3 where they go, r12 the end of column 0. */
CG_NAKED void cg_winograd_columns_s8(CG_UNUSED const int8_t *source, CG_UNUSED int32_t pitch,
                                     CG_UNUSED int32_t channels, CG_UNUSED uint32_t *columns) {
    /* clang-format off */
    __asm__(
        ".syntax unified\n"
        "push {r4-r11, lr}\n"
        "add r12, r0, r2\n"
        "mov r2, r12\n"
        "add r11, r1, r1, lsl #1\n"
        "1:\n"
        CG_COLUMN("r2", "[r3, #32]", "[r3, #40]", "[r3, #48]", "[r3, #56]")
        CG_COLUMN("r0", "[r3], #64", "[r3, #8]", "[r3, #16]", "[r3, #24]")
        "cmp r0, r12\n"
        "bne 1b\n"
        "pop {r4-r11, pc}\n");
    /* clang-format on */
}

/* A row of the tile: its columns are r4 to r11, two of `left` (r0) and two of `right` (r1); then its `place`s. */
/* clang-format off */
#define CG_ROW(column0, column1, column2, column3, place0, place1, place2, place3) \
    "ldrd r6, r7, [r0, " column1 "]\n" \
    "ldrd r10, r11, [r1, " column3 "]\n" \
    "ldrd r8, r9, " column2 "\n" \
    "ldrd r4, r5, " column0 "\n" \
    "ssub16 r10, r6, r10\n" \
    "ssub16 r11, r7, r11\n" \
    "strd r10, r11, [r3, " place3 "]\n" \
    "sadd16 r10, r6, r8\n" \
    "sadd16 r11, r7, r9\n" \
    "strd r10, r11, [r3, " place1 "]\n" \
    "ssub16 r6, r8, r6\n" \
    "ssub16 r7, r9, r7\n" \
    "strd r6, r7, [r3, " place2 "]\n" \
    "ssub16 r4, r4, r8\n" \
    "ssub16 r5, r5, r9\n" \
    "strd r4, r5, " place0 "\n"
/* clang-format on */

/* r0 left, r1 right, r2 quads to come, r3 values. Row 0 is last, it moves on to the next quad. */
CG_NAKED void cg_winograd_tile_s8(CG_UNUSED const uint32_t *left, CG_UNUSED const uint32_t *right,
                                  CG_UNUSED int32_t quads, CG_UNUSED uint32_t *values) {
    /* clang-format off */
    __asm__(
        ".syntax unified\n"
        "push {r4-r11}\n"
        "1:\n"
        CG_ROW("[r0, #8]", "#40", "[r1, #8]", "#40", "[r3, #96]", "#120", "#144", "#168")
        CG_ROW("[r0, #16]", "#48", "[r1, #16]", "#48", "[r3, #192]", "#216", "#240", "#264")
        CG_ROW("[r0, #24]", "#56", "[r1, #24]", "#56", "[r3, #288]", "#312", "#336", "#360")
        CG_ROW("[r0], #64", "#32", "[r1], #64", "#32", "[r3], #384", "#24", "#48", "#72")
        "subs r2, r2, #1\n"
        "bne 1b\n"
        "pop {r4-r11}\n"
        "bx lr\n");
    /* clang-format on */
}

#else

/* The halves of x plus or minus those of y. */
static uint32_t cg_winograd_sum(uint32_t x, uint32_t y) {
    return cg_halves(cg_low_half(x) + cg_low_half(y), cg_high_half(x) + cg_high_half(y));
}

static uint32_t cg_winograd_difference(uint32_t x, uint32_t y) {
    return cg_halves(cg_low_half(x) - cg_low_half(y), cg_high_half(x) - cg_high_half(y));
}

void cg_winograd_columns_s8(const int8_t *source, int32_t pitch, int32_t channels, uint32_t *columns) {
    for (int32_t channel = 0; channel < channels; channel += 4) {
        for (int32_t column = 0; column < 2; ++column) {
            uint32_t rows[4][2];
            for (int32_t row = 0; row < 4; ++row) {
                cg_widen_quad(source + row * pitch + column * channels + channel, rows[row]);
            }
            for (int32_t word = 0; word < 2; ++word) {
                columns[word] = cg_winograd_difference(rows[0][word], rows[2][word]);
                columns[2 + word] = cg_winograd_sum(rows[1][word], rows[2][word]);
                columns[4 + word] = cg_winograd_difference(rows[2][word], rows[1][word]);
                columns[6 + word] = cg_winograd_difference(rows[1][word], rows[3][word]);
            }
            columns += 8;
        }
    }
}

void cg_winograd_tile_s8(const uint32_t *left, const uint32_t *right, int32_t quads, uint32_t *values) {
    const int32_t next = 2 * CG_WINOGRAD_TILES;
    for (int32_t quad = 0; quad < quads; ++quad) {
        for (int32_t row = 0; row < 4; ++row) {
            for (int32_t word = 0; word < 2; ++word) {
                const int32_t at = 2 * row + word;
                uint32_t *to = values + 4 * row * next + word;
                to[0] = cg_winograd_difference(left[at], right[at]);
                to[next] = cg_winograd_sum(left[8 + at], right[at]);
                to[2 * next] = cg_winograd_difference(right[at], left[8 + at]);
                to[3 * next] = cg_winograd_difference(left[8 + at], right[8 + at]);
            }
        }
        left += CG_WINOGRAD_COLUMNS;
        right += CG_WINOGRAD_COLUMNS;
        values += CG_WINOGRAD_QUAD;
    }
}

#endif
