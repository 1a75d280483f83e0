/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_fully_connected_pairs_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_dsp.h"

/* Units of a block, and words of one besides those of its weights. */
#define CG_UNITS 4
#define CG_BLOCK_WORDS 16

/* Blocks of four units: turns from the input as it is, then turns from values widened before. */
typedef struct {
    const int32_t *stream;
    const int8_t *input;
    const int8_t *input_end;
    const uint32_t *wide;
    const uint32_t *wide_end;
    int32_t entry; /* bytes of code that a first turn through the unrolled loop of 4 wide turns skips */
    int8_t *output;
    const int32_t *stream_end;
    int32_t linear;
} cg_fully_connected_blocks;

#if CG_DSP

/*
 * Four products of each unit: `even` has values 0 and 2, `odd` 1 and 3. r8, r10 even units' sums, r9, r11 those of
 * both.
 */
#define CG_FOUR_PRODUCTS(even, odd)                                                                                    \
    "ldmia.w r1!, {r4, r5, r6, r7}\n"                                                                                  \
    "smlad r9, " even ", r4, r9\n"                                                                                     \
    "sxtb16 r4, r4\n"                                                                                                  \
    "smlad r11, " even ", r6, r11\n"                                                                                   \
    "sxtb16 r6, r6\n"                                                                                                  \
    "smlad r8, " even ", r4, r8\n"                                                                                     \
    "smlad r10, " even ", r6, r10\n"                                                                                   \
    "smlad r9, " odd ", r5, r9\n"                                                                                      \
    "sxtb16 r5, r5\n"                                                                                                  \
    "smlad r11, " odd ", r7, r11\n"                                                                                    \
    "sxtb16 r7, r7\n"                                                                                                  \
    "smlad r8, " odd ", r5, r8\n"                                                                                      \
    "smlad r10, " odd ", r7, r10\n"

#define CG_FOUR_BYTES(bytes)                                                                                           \
    "sxtb16 r12, " bytes "\n"                                                                                          \
    "sxtb16 " bytes ", " bytes ", ror #8\n" CG_FOUR_PRODUCTS("r12", bytes)

#define CG_UNIT(sum)                                                                                                   \
    "ldm r1!, {r4, r5, r6}\n"                                                                                          \
    "smmla " sum ", " sum ", r4, r5\n"                                                                                 \
    "asr " sum ", " sum ", r6\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", [r2], #1\n"

#define CG_UNIT_LINEAR(sum)                                                                                            \
    "ldm r1!, {r4, r5, r6}\n"                                                                                          \
    "asr r0, " sum ", #31\n"                                                                                           \
    "smmla " sum ", " sum ", r4, r5\n"                                                                                 \
    "add " sum ", " sum ", r0, lsl #7\n"                                                                               \
    "asr " sum ", " sum ", r6\n"                                                                                       \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", [r2], #1\n"

/*
 * r0 input, r1 stream, lr end of the input. On the stack: input, input_end, wide, entry of the wide loop, wide_end,
 * linear, output, stream_end. A turn of the wide loop is 108 bytes of code.
 */
CG_NAKED static void cg_fully_connected_units(CG_UNUSED const cg_fully_connected_blocks *blocks) {
    __asm__(".syntax unified\n"
            "push {r4-r11, lr}\n"
            "ldm r0, {r1-r9}\n"
            "adr.w r12, 5f\n"
            "sub r6, r12, r6\n"
            "orr r6, r6, #1\n"
            "sub sp, sp, #36\n"
            "strd r2, r3, [sp]\n"
            "strd r4, r6, [sp, #8]\n"
            "strd r5, r9, [sp, #16]\n"
            "strd r7, r8, [sp, #24]\n"

            "1:\n"
            "ldm r1!, {r8-r11}\n"
            "ldrd r0, lr, [sp]\n"
            "cmp r0, lr\n"
            "beq 3f\n"
            "2:\n"
            "ldrd r2, r3, [r0], #8\n" CG_FOUR_BYTES("r2") CG_FOUR_BYTES("r3") /* */
            "cmp r0, lr\n"
            "bne 2b\n"
            "3:\n"
            "ldr r0, [sp, #8]\n"
            "ldr pc, [sp, #12]\n"

            ".p2align 2\n"
            "4:\n"
            ".rept 4\n"
            "ldmia.w r0!, {r2, r3, r12, lr}\n" CG_FOUR_PRODUCTS("r2", "r3") CG_FOUR_PRODUCTS("r12", "lr") /* */
            ".endr\n"
            "5:\n"
            "ldrd r2, r7, [sp, #16]\n"
            "cmp r0, r2\n"
            "bne 4b\n"
            "sub r9, r9, r8\n"
            "sub r11, r11, r10\n"
            "lsl r8, r8, #8\n"
            "lsl r10, r10, #8\n"
            "ldrd r2, r3, [sp, #24]\n"
            "cbnz r7, 6f\n" CG_UNIT("r8") CG_UNIT("r9") CG_UNIT("r10") CG_UNIT("r11") /* */
            "str r2, [sp, #24]\n"
            "cmp r1, r3\n"
            "bne 1b\n"
            "b 7f\n"
            "6:\n" CG_UNIT_LINEAR("r8") CG_UNIT_LINEAR("r9") CG_UNIT_LINEAR("r10") CG_UNIT_LINEAR("r11") /* */
            "str r2, [sp, #24]\n"
            "cmp r1, r3\n"
            "bne 1b\n"
            "7:\n"
            "add sp, sp, #36\n"
            "pop {r4-r11, pc}\n");
}

/* Widens values up to the word `end`, at least one turn; `input` needs no alignment. */
CG_NAKED static void cg_fully_connected_widen_turns(CG_UNUSED const int8_t *input, CG_UNUSED uint32_t *words,
                                                    CG_UNUSED const uint32_t *end) {
    __asm__(".syntax unified\n"
            "push {r4-r7}\n"
            "1:\n"
            "ldr r3, [r0], #4\n"
            "ldr r12, [r0], #4\n"
            "sxtb16 r4, r3\n"
            "sxtb16 r5, r3, ror #8\n"
            "sxtb16 r6, r12\n"
            "sxtb16 r7, r12, ror #8\n"
            "stm r1!, {r4-r7}\n"
            "cmp r1, r2\n"
            "bne 1b\n"
            "pop {r4-r7}\n"
            "bx lr\n");
}

#else

static void cg_fully_connected_widen_turns(const int8_t *input, uint32_t *words, const uint32_t *end) {
    for (; words != end; words += 2) {
        cg_widen_quad(input, words);
        input += 4;
    }
}

/* Value i, counted from the first widened one: of each four, two words have values 0 and 2, 1 and 3. */
static int32_t cg_fully_connected_widened(const uint32_t *wide, int32_t i) {
    const uint32_t word = wide[(i & 1) + (i >> 2) * 2];
    return (i & 2) != 0 ? cg_high_half(word) : cg_low_half(word);
}

static void cg_fully_connected_units(const cg_fully_connected_blocks *blocks) {
    const int32_t raw = (int32_t)(blocks->input_end - blocks->input);
    const int32_t widened = blocks->wide == NULL ? 0 : 2 * (int32_t)(blocks->wide_end - blocks->wide);
    const int32_t depth = raw + widened;
    int8_t *output = blocks->output;
    for (const int32_t *stream = blocks->stream; stream != blocks->stream_end; stream += depth + CG_BLOCK_WORDS) {
        int8_t made[4]; /* the output may lie over the input, which is read until the last of these is there */
        for (int32_t pair = 0; pair < 2; ++pair) {
            const int32_t *weights = stream + 4 + 2 * pair;
            const int32_t *steps = stream + 4 + depth + 6 * pair;
            uint32_t even = (uint32_t)stream[2 * pair];
            uint32_t both = (uint32_t)stream[2 * pair + 1];
            for (int32_t i = 0; i < depth; ++i) {
                const int32_t value = i < raw ? blocks->input[i] : cg_fully_connected_widened(blocks->wide, i - raw);
                const uint32_t word = (uint32_t)weights[(i & 1) + (i >> 2) * 4];
                const int32_t weight = (i & 2) != 0 ? cg_high_half(word) : cg_low_half(word);
                even += (uint32_t)(value * (int8_t)(weight & 0xFF));
                both += (uint32_t)(value * weight);
            }
            made[2 * pair] = cg_short_requantize(even << 8, steps, blocks->linear);
            made[2 * pair + 1] = cg_short_requantize(both - even, steps + 3, blocks->linear);
        }
        for (int32_t unit = 0; unit < 4; ++unit) {
            *output++ = made[unit];
        }
    }
}

#endif

static void cg_fully_connected_clamp(const cg_fully_connected_pairs_s8_params *params, int8_t *output) {
    for (int32_t i = 0; i < params->units; ++i) {
        const int32_t value = output[i] < params->activation_min ? params->activation_min : output[i];
        output[i] = (int8_t)(value > params->activation_max ? params->activation_max : value);
    }
}

/* Widens `count` values, and zeros up to the end of a turn. */
static void cg_fully_connected_widen(const int8_t *input, int32_t count, uint32_t *words) {
    const int32_t rest = count & 7;
    uint32_t *end = words + (count - rest) / 2;
    if (end != words) {
        cg_fully_connected_widen_turns(input, words, end);
    }
    if (rest > 0) {
        int8_t last[8] = {0, 0, 0, 0, 0, 0, 0, 0};
        memcpy(last, input + (count - rest), (size_t)rest);
        cg_fully_connected_widen_turns(last, end, end + 4);
    }
}

void cg_fully_connected_pairs_s8(const cg_fully_connected_pairs_s8_params *params, const int8_t *input,
                                 const int32_t *stream, void *scratch, int8_t *output) {
    const int32_t blocks = params->units / CG_UNITS;
    const int32_t rest = params->units % CG_UNITS;
    const int32_t block_words = 8 * params->turns + CG_BLOCK_WORDS;
    const int32_t raw = 8 * (params->turns - params->wide_turns);
    uint32_t *wide = (uint32_t *)scratch;
    cg_fully_connected_blocks row;
    row.wide = wide;
    row.wide_end = wide == NULL ? wide : wide + 4 * (ptrdiff_t)params->wide_turns;
    row.entry = (params->wide_turns & 3) * 108;
    row.linear = params->linear;
    for (int32_t n = 0; n < params->batches; ++n) {
        row.input = input;
        row.input_end = input + raw;
        if (wide != NULL) {
            cg_fully_connected_widen(row.input_end, params->depth - raw, wide);
        }
        row.stream = stream;
        row.stream_end = stream + (ptrdiff_t)blocks * block_words;
        row.output = output;
        if (blocks > 0) {
            cg_fully_connected_units(&row);
        }
        if (rest > 0) {
            int8_t last[CG_UNITS];
            row.stream = row.stream_end;
            row.stream_end += block_words;
            row.output = last;
            cg_fully_connected_units(&row);
            memcpy(output + (ptrdiff_t)blocks * CG_UNITS, last, (size_t)rest);
        }
        if (params->activation_min > -128 || params->activation_max < 127) {
            cg_fully_connected_clamp(params, output);
        }
        input += params->depth;
        output += params->units;
    }
}
