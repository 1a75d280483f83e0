/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_fully_connected_pairs_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_dsp.h"

/* Units of a block, and words of one besides those of its weights. */
#define CG_UNITS 4
#define CG_BLOCK_WORDS 16

/* Blocks of four units; `end` is that of the input. */
typedef struct {
    const int32_t *stream;
    const int8_t *input;
    const int8_t *end;
    int32_t entry; /* bytes of code that a first turn through the unrolled loop of 4 turns skips */
    int8_t *output;
    const int32_t *stream_end;
    int32_t linear;
} cg_fully_connected_blocks;

#if CG_DSP

/* Four products of each unit: r12 has values 0 and 2 and `odd` 1 and 3. r8, r10 even sums, r9, r11 those of both. */
#define CG_FOUR_PRODUCTS(odd)                                                                                          \
    "sxtb16 r12, " odd "\n"                                                                                            \
    "sxtb16 " odd ", " odd ", ror #8\n"                                                                                \
    "ldmia.w r1!, {r4, r5, r6, r7}\n"                                                                                  \
    "smlad r9, r12, r4, r9\n"                                                                                          \
    "sxtb16 r4, r4\n"                                                                                                  \
    "smlad r11, r12, r6, r11\n"                                                                                        \
    "sxtb16 r6, r6\n"                                                                                                  \
    "smlad r8, r12, r4, r8\n"                                                                                          \
    "smlad r10, r12, r6, r10\n"                                                                                        \
    "smlad r9, " odd ", r5, r9\n"                                                                                      \
    "sxtb16 r5, r5\n"                                                                                                  \
    "smlad r11, " odd ", r7, r11\n"                                                                                    \
    "sxtb16 r7, r7\n"                                                                                                  \
    "smlad r8, " odd ", r5, r8\n"                                                                                      \
    "smlad r10, " odd ", r7, r10\n"

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
 * r0 input, r1 stream. On the stack: input, end, entry of the loop, output, stream_end, linear. A turn of the loop is
 * 124 bytes of code.
 */
CG_NAKED static void cg_fully_connected_units(CG_UNUSED const cg_fully_connected_blocks *blocks) {
    __asm__(".syntax unified\n"
            "push {r4-r11, lr}\n"
            "ldm r0, {r1-r7}\n"
            "adr.w r12, 3f\n"
            "sub r4, r12, r4\n"
            "orr r4, r4, #1\n"
            "sub sp, sp, #28\n"
            "stm sp, {r2-r7}\n"

            "1:\n"
            "ldm r1!, {r8-r11}\n"
            "ldr r0, [sp]\n"
            "ldr pc, [sp, #8]\n"

            ".p2align 2\n"
            "2:\n"
            ".rept 4\n"
            "ldrd r2, r3, [r0], #8\n" CG_FOUR_PRODUCTS("r2") CG_FOUR_PRODUCTS("r3") /* */
            ".endr\n"
            "3:\n"
            "ldr r2, [sp, #4]\n"
            "cmp r0, r2\n"
            "bne 2b\n"
            "sub r9, r9, r8\n"
            "sub r11, r11, r10\n"
            "lsl r8, r8, #8\n"
            "lsl r10, r10, #8\n"
            "ldr r2, [sp, #12]\n"
            "ldrd r3, r7, [sp, #16]\n"
            "cbnz r7, 4f\n" CG_UNIT("r8") CG_UNIT("r9") CG_UNIT("r10") CG_UNIT("r11") /* */
            "str r2, [sp, #12]\n"
            "cmp r1, r3\n"
            "bne 1b\n"
            "b 5f\n"
            "4:\n" CG_UNIT_LINEAR("r8") CG_UNIT_LINEAR("r9") CG_UNIT_LINEAR("r10") CG_UNIT_LINEAR("r11") /* */
            "str r2, [sp, #12]\n"
            "cmp r1, r3\n"
            "bne 1b\n"
            "5:\n"
            "add sp, sp, #28\n"
            "pop {r4-r11, pc}\n");
}

#else

static void cg_fully_connected_units(const cg_fully_connected_blocks *blocks) {
    const int32_t depth = (int32_t)(blocks->end - blocks->input);
    int8_t *output = blocks->output;
    for (const int32_t *stream = blocks->stream; stream != blocks->stream_end; stream += depth + CG_BLOCK_WORDS) {
        int8_t made[4]; /* the output may lie over the input, which is read until the last of these is there */
        for (int32_t pair = 0; pair < 2; ++pair) {
            const int32_t *weights = stream + 4 + 2 * pair;
            const int32_t *steps = stream + 4 + depth + 6 * pair;
            uint32_t even = (uint32_t)stream[2 * pair];
            uint32_t both = (uint32_t)stream[2 * pair + 1];
            for (int32_t i = 0; i < depth; ++i) {
                const uint32_t word = (uint32_t)weights[(i & 1) + (i >> 2) * 4];
                const int32_t weight = (i & 2) != 0 ? cg_high_half(word) : cg_low_half(word);
                even += (uint32_t)(blocks->input[i] * (int8_t)(weight & 0xFF));
                both += (uint32_t)(blocks->input[i] * weight);
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

void cg_fully_connected_pairs_s8(const cg_fully_connected_pairs_s8_params *params, const int8_t *input,
                                 const int32_t *stream, void *scratch, int8_t *output) {
    const int32_t blocks = params->units / CG_UNITS;
    const int32_t rest = params->units % CG_UNITS;
    const int32_t block_words = 8 * params->turns + CG_BLOCK_WORDS;
    cg_fully_connected_blocks row;
    row.entry = (params->turns & 3) * 124;
    row.linear = params->linear;
    for (int32_t n = 0; n < params->batches; ++n) {
        row.input = input + (ptrdiff_t)n * params->depth;
        if (scratch != NULL) {
            memset(scratch, 0, (size_t)params->turns * 8);
            memcpy(scratch, row.input, (size_t)params->depth);
            row.input = (const int8_t *)scratch;
        }
        row.end = row.input + 8 * params->turns;
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
        output += params->units;
    }
}
