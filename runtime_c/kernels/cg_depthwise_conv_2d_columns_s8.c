/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_depthwise_conv_2d_columns_s8.h"

#include <stddef.h>

#include "cg_dsp.h"

#define CG_FOUR 4

/* Words of a column: of four channels rows 0, 1 each, and row 2 of two of them in a word. */
#define CG_COLUMN 6

/* Words of the stream of four channels. */
#define CG_ENTRY (CG_FOUR + 9 + 3 * CG_FOUR)

/* A row of outputs. */
typedef struct {
    const int8_t *rows[3]; /* of the input, from the first column on that is read; NULL is padding */
    int32_t step;          /* bytes from a column of the input or output to the next one: the channels */
    uint32_t *words;       /* of the first column that is read */
    int32_t count;         /* columns that are read */
    uint32_t outside;      /* four bytes of the zero point */
    const uint32_t *first; /* column of the first window */
    const int32_t *stream;
    int32_t back; /* bytes from the end of a window's columns to the next window's */
    const uint32_t *end;
    int8_t *output;
    int32_t linear;
} cg_depthwise_row;

#if CG_DSP

/* A column that `load` has brought to r8, r9 and r11. */
#define CG_TAKE_COLUMNS(load)                                                                                          \
    "2:\n" load "add r3, r3, r4\n"                                                                                     \
    "pkhbt r10, r8, r9, lsl #16\n"                                                                                     \
    "pkhtb r12, r9, r8, asr #16\n"                                                                                     \
    "sxtb16 r7, r10\n"                                                                                                 \
    "sxtb16 r8, r10, ror #8\n"                                                                                         \
    "sxtb16 r9, r12\n"                                                                                                 \
    "sxtb16 r10, r12, ror #8\n"                                                                                        \
    "sxtb16 r12, r11, ror #8\n"                                                                                        \
    "sxtb16 r11, r11\n"                                                                                                \
    "stm r5!, {r7-r12}\n"                                                                                              \
    "subs r6, r6, #1\n"                                                                                                \
    "bne 2b\n"

#define CG_TOP "ldr r8, [r0, r3]\n"
#define CG_MIDDLE "ldr r9, [r1, r3]\n"
#define CG_BOTTOM "ldr r11, [r2, r3]\n"

/* r8 to r10 are multiplier, offset, shift. */
#define CG_CHANNEL(sum, at)                                                                                            \
    "ldm r1!, {r8, r9, r10}\n"                                                                                         \
    "smmla " sum ", " sum ", r8, r9\n"                                                                                 \
    "asr " sum ", " sum ", r10\n"                                                                                      \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", [r12, " at "]\n"
#define CG_CHANNEL_LINEAR(sum, at)                                                                                     \
    "ldm r1!, {r8, r9, r10}\n"                                                                                         \
    "asr r11, " sum ", #31\n"                                                                                          \
    "smmla " sum ", " sum ", r8, r9\n"                                                                                 \
    "add " sum ", " sum ", r11, lsl #7\n"                                                                              \
    "asr " sum ", " sum ", r10\n"                                                                                      \
    "ssat " sum ", #8, " sum "\n"                                                                                      \
    "strb " sum ", [r12, " at "]\n"

/* Three words of weights become six. */
#define CG_WIDEN                                                                                                       \
    "ldm r1!, {r2, r3, r10}\n"                                                                                         \
    "and r4, r12, r2, lsl #8\n"                                                                                        \
    "and r5, r12, r2\n"                                                                                                \
    "and r6, r12, r3, lsl #8\n"                                                                                        \
    "and r7, r12, r3\n"                                                                                                \
    "and r8, r12, r10, lsl #8\n"                                                                                       \
    "and r9, r12, r10\n"                                                                                               \
    "stm r0!, {r4-r9}\n"

/*
 * Taking columns: r0 to r2 rows, r3 channel and column, r4 step, r5 words, r6 columns to come. Outputs: r0 columns, r1
 * stream, r4 to r7 sums, r8 to r11 values, r2, r3, r12, lr weights. On the stack: the struct, 52 the channel, 56 the
 * output, 60 the entry of the stream with weights as int16.
 */
CG_NAKED static void cg_depthwise_make_row(CG_UNUSED const cg_depthwise_row *row) {
    __asm__(".syntax unified\n"
            "push {r4-r11, lr}\n"
            "sub sp, sp, #196\n"
            "ldm r0!, {r1-r7}\n"
            "stm sp, {r1-r7}\n"
            "ldm r0, {r1-r6}\n"
            "add r0, sp, #28\n"
            "mov r7, #0\n"
            "mov r8, r5\n"
            "stm r0, {r1-r8}\n"

            "1:\n"
            "ldm sp, {r0, r1, r2, r4, r5, r6, r7}\n"
            "ldr r3, [sp, #52]\n"
            "cmp r0, #0\n"
            "beq 3f\n"
            "cmp r2, #0\n"
            "beq 4f\n" CG_TAKE_COLUMNS(CG_TOP CG_MIDDLE CG_BOTTOM) /* */
            "5:\n"
            "ldr r1, [sp, #32]\n"
            "add r0, sp, #60\n"
            "mov r12, #0xFF00FF00\n"
            "ldm r1!, {r4-r7}\n"
            "stm r0!, {r4-r7}\n" CG_WIDEN CG_WIDEN CG_WIDEN /* */
            "ldm r1!, {r2-r7}\n"
            "stm r0!, {r2-r7}\n"
            "ldm r1!, {r2-r7}\n"
            "stm r0!, {r2-r7}\n"
            "str r1, [sp, #32]\n"
            "ldr r0, [sp, #28]\n"
            "6:\n"
            "add r1, sp, #60\n"
            "ldm r1!, {r4-r7}\n"
            ".rept 3\n"
            "ldm r0!, {r8-r11}\n"
            "ldm r1!, {r2, r3, r12, lr}\n"
            "smlad r4, r8, r2, r4\n"
            "smlad r5, r9, r3, r5\n"
            "smlad r6, r10, r12, r6\n"
            "smlad r7, r11, lr, r7\n"
            "ldrd r8, r9, [r0], #8\n"
            "ldrd r2, r3, [r1], #8\n"
            "smlabb r4, r8, r2, r4\n"
            "smlabb r5, r9, r3, r5\n"
            "smlatt r6, r8, r2, r6\n"
            "smlatt r7, r9, r3, r7\n"
            ".endr\n"
            "ldr r2, [sp, #48]\n"
            "ldr r12, [sp, #56]\n"
            "cmp r2, #0\n"
            "bne 7f\n" CG_CHANNEL("r4", "#0") CG_CHANNEL("r5", "#1") CG_CHANNEL("r6", "#2") CG_CHANNEL("r7", "#3") /* */
            "8:\n"
            "ldr lr, [sp, #12]\n"
            "ldrd r2, r3, [sp, #36]\n"
            "add r12, r12, lr\n"
            "str r12, [sp, #56]\n"
            "sub r0, r0, r2\n"
            "cmp r0, r3\n"
            "bne 6b\n"
            "ldr r3, [sp, #52]\n"
            "ldr r12, [sp, #44]\n"
            "add r3, r3, #4\n"
            "add r12, r12, r3\n"
            "strd r3, r12, [sp, #52]\n"
            "cmp r3, lr\n"
            "bne 1b\n"
            "add sp, sp, #196\n"
            "pop {r4-r11, pc}\n"
            "3:\n"
            "mov r0, r7\n" CG_TAKE_COLUMNS("mov r8, r0\n" CG_MIDDLE CG_BOTTOM) /* */
            "b 5b\n"
            "4:\n"
            "mov r2, r7\n" CG_TAKE_COLUMNS(CG_TOP CG_MIDDLE "mov r11, r2\n") /* */
            "b 5b\n"
            "7:\n" CG_CHANNEL_LINEAR("r4", "#0") CG_CHANNEL_LINEAR("r5", "#1") CG_CHANNEL_LINEAR("r6", "#2")
                CG_CHANNEL_LINEAR("r7", "#3") /* */
            "b 8b\n");
}

#else

/* Value of a row of a column, or the zero point. */
static int32_t cg_depthwise_value(const cg_depthwise_row *row, int32_t number, int32_t at) {
    const int8_t *values = row->rows[number];
    return values == NULL ? (int8_t)(row->outside & 0xFFu) : values[at];
}

static void cg_depthwise_take_columns(const cg_depthwise_row *row, int32_t channel) {
    uint32_t *words = row->words;
    for (int32_t column = 0; column < row->count; ++column) {
        const int32_t at = column * row->step + channel;
        for (int32_t lane = 0; lane < CG_FOUR; ++lane) {
            words[lane] = cg_halves(cg_depthwise_value(row, 0, at + lane), cg_depthwise_value(row, 1, at + lane));
        }
        words[4] = cg_halves(cg_depthwise_value(row, 2, at), cg_depthwise_value(row, 2, at + 2));
        words[5] = cg_halves(cg_depthwise_value(row, 2, at + 1), cg_depthwise_value(row, 2, at + 3));
        words += CG_COLUMN;
    }
}

static int32_t cg_depthwise_one_of_two(uint32_t word, int32_t lane) {
    return lane >= 2 ? cg_high_half(word) : cg_low_half(word);
}

/* Two weights times 2^8 of an even or odd lane. */
static uint32_t cg_depthwise_weights(const int32_t *packed, int32_t lane) {
    const uint32_t word = (uint32_t)*packed;
    return ((lane & 1) != 0 ? word : word << 8) & 0xFF00FF00u;
}

static void cg_depthwise_make_row(const cg_depthwise_row *row) {
    const int32_t *stream = row->stream;
    for (int32_t channel = 0; channel < row->step; channel += CG_FOUR) {
        const uint32_t *columns = row->first;
        int8_t *output = row->output + channel;
        cg_depthwise_take_columns(row, channel);
        while (columns != row->end) {
            for (int32_t lane = 0; lane < CG_FOUR; ++lane) {
                uint32_t sum = (uint32_t)stream[lane];
                for (int32_t tap = 0; tap < 3; ++tap) {
                    const uint32_t *values = columns + (ptrdiff_t)tap * CG_COLUMN;
                    const uint32_t upper = cg_depthwise_weights(stream + CG_FOUR + 3 * tap + lane / 2, lane);
                    const uint32_t lower = cg_depthwise_weights(stream + CG_FOUR + 3 * tap + 2, lane);
                    sum += (uint32_t)(cg_low_half(values[lane]) * cg_low_half(upper));
                    sum += (uint32_t)(cg_high_half(values[lane]) * cg_high_half(upper));
                    sum += (uint32_t)(cg_depthwise_one_of_two(values[4 + (lane & 1)], lane) *
                                      cg_depthwise_one_of_two(lower, lane));
                }
                output[lane] = cg_short_requantize(sum, stream + CG_FOUR + 9 + (ptrdiff_t)3 * lane, row->linear);
            }
            columns += 3 * CG_COLUMN - row->back / 4;
            output += row->step;
        }
        stream += CG_ENTRY;
    }
}

#endif

static void cg_depthwise_clamp(const cg_depthwise_conv_2d_columns_s8_params *params, int8_t *from, const int8_t *to) {
    for (; from != to; ++from) {
        const int32_t value = *from < params->activation_min ? params->activation_min : *from;
        *from = (int8_t)(value > params->activation_max ? params->activation_max : value);
    }
}

void cg_depthwise_conv_2d_columns_s8(const cg_depthwise_conv_2d_columns_s8_params *params, const cg_rows *input,
                                     const int32_t *stream, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    const int32_t rest = params->columns - params->pad_left; /* columns from the input's first one on */
    const uint32_t zero_points = cg_halves(params->input_zero_point, params->input_zero_point);
    uint32_t *words = (uint32_t *)scratch;
    int8_t *begin = output;
    cg_depthwise_row row;
    for (int32_t i = 0; i < CG_COLUMN * params->columns; ++i) {
        words[i] = zero_points;
    }
    row.step = params->channels;
    row.words = words + CG_COLUMN * params->pad_left;
    row.count = rest < params->input_width ? rest : params->input_width;
    row.outside = (zero_points & 0xFFu) * 0x01010101u;
    row.first = words;
    row.stream = stream;
    row.back = 4 * CG_COLUMN * (3 - params->stride_width);
    row.end = words + CG_COLUMN * params->stride_width * params->output_width;
    row.linear = params->linear;
    for (int32_t y = y0; y < y1; ++y) {
        for (int32_t i = 0; i < 3; ++i) {
            row.rows[i] = (const int8_t *)cg_row(input, y * params->stride_height - params->pad_top + i);
        }
        row.output = output;
        cg_depthwise_make_row(&row);
        output += params->output_width * params->channels;
    }
    if (params->activation_min > -128 || params->activation_max < 127) {
        cg_depthwise_clamp(params, begin, output);
    }
}
