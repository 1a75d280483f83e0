/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_tile_s8.h"

#include <stddef.h>

#if CG_THUMB1

/* GCC and Clang keep the parameters of a naked function in r0 to r3 and add nothing to its body. */
#define CG_NAKED __attribute__((naked, noinline))
#define CG_UNUSED __attribute__((unused))

/* clang-format off */

/* Offsets in cg_tile_job. */
#define VALUES "0"
#define WEIGHTS "4"
#define STEPS "8"
#define STEPS_END "12"
#define OUTPUT "16"
#define OUTPUT_END "20"
#define COUNT "24"
#define OUTPUT_STEP "28"
#define TAPS "32"
#define TAPS_END "36"
#define OFFSETS "40"
#define PLACES "60"

/* What the callee must keep. */
#define CG_SAVE                    \
    ".syntax unified\n"            \
    "push {r4-r7, lr}\n"           \
    "mov r4, r8\n"                 \
    "mov r5, r9\n"                 \
    "mov r6, r10\n"                \
    "mov r7, r11\n"                \
    "push {r4-r7}\n"

#define CG_RESTORE                 \
    "pop {r4-r7}\n"                \
    "mov r8, r4\n"                 \
    "mov r9, r5\n"                 \
    "mov r10, r6\n"                \
    "mov r11, r7\n"                \
    "pop {r4-r7, pc}\n"

/* The job's address at sp, the places behind it. */
#define CG_FRAME                   \
    CG_SAVE                        \
    "sub sp, #24\n"                \
    "str r0, [sp]\n"               \
    "adds r0, #" PLACES "\n"       \
    "ldm r0!, {r1-r5}\n"           \
    "add r0, sp, #4\n"             \
    "stm r0!, {r1-r5}\n"

#define CG_UNFRAME                 \
    "add sp, #24\n"                \
    CG_RESTORE

#define CG_TO_SUMS(a, b, c, d, e)  \
    "mov r8, " a "\n"              \
    "mov r9, " b "\n"              \
    "mov r10, " c "\n"             \
    "mov r11, " d "\n"             \
    "mov r12, " e "\n"

/* r1 to r5 times r6, added to the sums. */
#define CG_ADD_FIVE                \
    "muls r1, r6, r1\n"            \
    "muls r2, r6, r2\n"            \
    "muls r3, r6, r3\n"            \
    "muls r4, r6, r4\n"            \
    "muls r5, r6, r5\n"            \
    "add r8, r1\n"                 \
    "add r9, r2\n"                 \
    "add r10, r3\n"                \
    "add r11, r4\n"                \
    "add r12, r5\n"

/* One weight, at r7 + place, times five pixels from r0 on. */
#define CG_WEIGHT(place)           \
    "ldrb r6, [r7, #" place "]\n"  \
    "ldm r0!, {r1-r5}\n"           \
    CG_ADD_FIVE

/* Weights from r7 to lr, r1 of them: twelve instructions for five products, eight weights a turn. An odd half turn
 * comes first, with r7 4 lower. */
#define CG_WEIGHTS                 \
    "lsls r1, r1, #29\n"           \
    "bpl 2f\n"                     \
    "subs r7, r7, #4\n"            \
    "b 3f\n"                       \
    "2:\n"                         \
    CG_WEIGHT("0") CG_WEIGHT("1") CG_WEIGHT("2") CG_WEIGHT("3") \
    "3:\n"                         \
    CG_WEIGHT("4") CG_WEIGHT("5") CG_WEIGHT("6") CG_WEIGHT("7") \
    "adds r7, r7, #8\n"            \
    "cmp r7, lr\n"                 \
    "bne 2b\n"

/* Multiplier (halves r4, r5), offset (r6) and shift (r7) from r1. */
#define CG_STEP                    \
    "ldr r4, [r1, #4]\n"           \
    "uxth r5, r4\n"                \
    "lsrs r4, r4, #16\n"           \
    "ldr r6, [r1, #8]\n"           \
    "ldr r7, [r1, #12]\n"

/* The output of a sum into r1. The carry of the shift by 15 is the 2^14 that rounds the product. */
#define CG_OUTPUT(sum)             \
    "mov r1, " sum "\n"            \
    "lsls r2, r1, #17\n"           \
    "lsrs r2, r2, #17\n"           \
    "asrs r1, r1, #15\n"           \
    "movs r3, r2\n"                \
    "muls r3, r4, r3\n"            \
    "muls r2, r5, r2\n"            \
    "lsrs r2, r2, #15\n"           \
    "movs r0, r1\n"                \
    "muls r0, r5, r0\n"            \
    "adds r2, r2, r0\n"            \
    "asrs r2, r2, #1\n"            \
    "adds r3, r3, r2\n"            \
    "asrs r0, r1, #31\n"           \
    "muls r1, r4, r1\n"            \
    "adds r1, r1, r0\n"            \
    "asrs r3, r3, #15\n"           \
    "adcs r1, r1, r3\n"            \
    "adds r1, r1, r6\n"            \
    "asrs r1, r1, r7\n"            \
    "sxtb r0, r1\n"                \
    "cmp r0, r1\n"                 \
    "beq 9f\n"                     \
    "asrs r1, r1, #31\n"           \
    "movs r0, #127\n"              \
    "eors r1, r0\n"                \
    "9:\n"

/* The same, to lr + the place at sp + slot. */
#define CG_PLACE(sum, slot)        \
    CG_OUTPUT(sum)                 \
    "ldr r0, [sp, #" slot "]\n"    \
    "add r0, lr\n"                 \
    "strb r1, [r0]\n"

#define CG_PLACES                  \
    CG_PLACE("r12", "20")          \
    CG_PLACE("r11", "16")          \
    CG_PLACE("r10", "12")          \
    CG_PLACE("r9", "8")            \
    CG_PLACE("r8", "4")

CG_NAKED void cg_tile_channels_s8(CG_UNUSED cg_tile_job *job) {
    __asm__(
        CG_FRAME
        "1:\n"
        "ldr r0, [sp]\n"
        "ldr r1, [r0, #" STEPS "]\n"
        "ldr r6, [r1]\n"
        "adds r0, #" OFFSETS "\n"
        "ldm r0!, {r1-r5}\n"
        "adds r1, r1, r6\n"
        "adds r2, r2, r6\n"
        "adds r3, r3, r6\n"
        "adds r4, r4, r6\n"
        "adds r5, r5, r6\n"
        CG_TO_SUMS("r1", "r2", "r3", "r4", "r5")
        "ldr r0, [sp]\n"
        "ldr r7, [r0, #" WEIGHTS "]\n"
        "ldr r1, [r0, #" COUNT "]\n"
        "ldr r0, [r0, #" VALUES "]\n"
        "mov lr, r7\n"
        "add lr, r1\n"
        CG_WEIGHTS
        "ldr r0, [sp]\n"
        "str r7, [r0, #" WEIGHTS "]\n"
        "ldr r1, [r0, #" OUTPUT "]\n"
        "mov lr, r1\n"
        "adds r1, r1, #1\n"
        "str r1, [r0, #" OUTPUT "]\n"
        "ldr r1, [r0, #" STEPS "]\n"
        CG_STEP
        "adds r1, r1, #16\n"
        "str r1, [r0, #" STEPS "]\n"
        CG_PLACES
        "ldr r0, [sp]\n"
        "ldr r1, [r0, #" STEPS "]\n"
        "ldr r0, [r0, #" STEPS_END "]\n"
        "cmp r0, r1\n"
        "beq 4f\n"
        "b 1b\n"
        "4:\n"
        CG_UNFRAME);
}

/* Offset and weight of a tap from r7, base in lr. */
#define CG_TAP                     \
    "ldm r7!, {r0, r6}\n"          \
    "add r0, lr\n"                 \
    "ldm r0!, {r1-r5}\n"           \
    CG_ADD_FIVE

CG_NAKED void cg_tile_line_s8(CG_UNUSED cg_tile_job *job) {
    __asm__(
        CG_FRAME
        "ldr r0, [sp]\n"
        "ldr r1, [r0, #" TAPS_END "]\n"
        "push {r1}\n"
        "1:\n"
        "ldr r0, [sp, #4]\n"
        "ldr r1, [r0, #" STEPS "]\n"
        "ldr r1, [r1]\n"
        CG_TO_SUMS("r1", "r1", "r1", "r1", "r1")
        "ldr r7, [r0, #" TAPS "]\n"
        "ldr r1, [r0, #" VALUES "]\n"
        "mov lr, r1\n"
        "adds r1, r1, #20\n"
        "str r1, [r0, #" VALUES "]\n"
        "2:\n"
        CG_TAP CG_TAP CG_TAP
        "ldr r6, [sp]\n"
        "cmp r7, r6\n"
        "bne 2b\n"
        "ldr r0, [sp, #4]\n"
        "ldr r1, [r0, #" OUTPUT "]\n"
        "mov lr, r1\n"
        "ldr r2, [r0, #" OUTPUT_STEP "]\n"
        "adds r1, r1, r2\n"
        "str r1, [r0, #" OUTPUT "]\n"
        "ldr r1, [r0, #" STEPS "]\n"
        CG_STEP
        CG_PLACE("r12", "24")
        CG_PLACE("r11", "20")
        CG_PLACE("r10", "16")
        CG_PLACE("r9", "12")
        CG_PLACE("r8", "8")
        "ldr r0, [sp, #4]\n"
        "ldr r1, [r0, #" OUTPUT "]\n"
        "ldr r0, [r0, #" OUTPUT_END "]\n"
        "cmp r0, r1\n"
        "beq 4f\n"
        "b 1b\n"
        "4:\n"
        "pop {r1}\n"
        CG_UNFRAME);
}

/* One value, from r0, times five weights at r7 + places. */
#define CG_UNITS(a, b, c, d, e)    \
    "ldm r0!, {r6}\n"              \
    "ldrb r1, [r7, #" a "]\n"      \
    "ldrb r2, [r7, #" b "]\n"      \
    "ldrb r3, [r7, #" c "]\n"      \
    "ldrb r4, [r7, #" d "]\n"      \
    "ldrb r5, [r7, #" e "]\n"      \
    CG_ADD_FIVE

/* The next unit's step and output; the pointer to steps is in the job. */
#define CG_UNIT(sum)               \
    "ldr r0, [sp]\n"               \
    "ldr r1, [r0, #" STEPS "]\n"   \
    CG_STEP                        \
    "adds r1, r1, #16\n"           \
    "str r1, [r0, #" STEPS "]\n"   \
    CG_OUTPUT(sum)                 \
    "mov r0, lr\n"                 \
    "strb r1, [r0]\n"              \
    "adds r0, r0, #1\n"            \
    "mov lr, r0\n"

CG_NAKED void cg_tile_units_s8(CG_UNUSED cg_tile_job *job) {
    __asm__(
        CG_FRAME
        "1:\n"
        "ldr r0, [sp]\n"
        "ldr r7, [r0, #" STEPS "]\n"
        "ldr r6, [r0, #" OFFSETS "]\n"
        "ldr r1, [r7]\n"
        "ldr r2, [r7, #16]\n"
        "ldr r3, [r7, #32]\n"
        "ldr r4, [r7, #48]\n"
        "ldr r5, [r7, #64]\n"
        "adds r1, r1, r6\n"
        "adds r2, r2, r6\n"
        "adds r3, r3, r6\n"
        "adds r4, r4, r6\n"
        "adds r5, r5, r6\n"
        CG_TO_SUMS("r1", "r2", "r3", "r4", "r5")
        "ldr r7, [r0, #" WEIGHTS "]\n"
        "ldr r1, [r0, #" COUNT "]\n"
        "lsls r2, r1, #2\n"
        "adds r1, r1, r2\n"
        "adds r1, r1, r7\n"
        "mov lr, r1\n"
        "str r1, [r0, #" WEIGHTS "]\n"
        "ldr r0, [r0, #" VALUES "]\n"
        "2:\n"
        CG_UNITS("0", "1", "2", "3", "4")
        CG_UNITS("5", "6", "7", "8", "9")
        CG_UNITS("10", "11", "12", "13", "14")
        CG_UNITS("15", "16", "17", "18", "19")
        CG_UNITS("20", "21", "22", "23", "24")
        CG_UNITS("25", "26", "27", "28", "29")
        "adds r7, r7, #30\n"
        "cmp r7, lr\n"
        "bne 2b\n"
        "ldr r0, [sp]\n"
        "ldr r1, [r0, #" OUTPUT "]\n"
        "mov lr, r1\n"
        CG_UNIT("r8")
        CG_UNIT("r9")
        CG_UNIT("r10")
        CG_UNIT("r11")
        CG_UNIT("r12")
        "mov r2, lr\n"
        "ldr r0, [sp]\n"
        "str r2, [r0, #" OUTPUT "]\n"
        "ldr r1, [r0, #" STEPS "]\n"
        "ldr r0, [r0, #" STEPS_END "]\n"
        "cmp r0, r1\n"
        "beq 4f\n"
        "b 1b\n"
        "4:\n"
        CG_UNFRAME);
}

CG_NAKED void cg_tile_sums_s8(CG_UNUSED const int32_t *values, CG_UNUSED const uint8_t *weights,
                              CG_UNUSED int32_t count, CG_UNUSED int32_t *sums) {
    __asm__(
        CG_SAVE
        "push {r3}\n"
        "mov r7, r1\n"
        "mov lr, r1\n"
        "add lr, r2\n"
        "mov r12, r2\n"
        "ldm r3!, {r1, r2, r4, r5, r6}\n"
        "mov r3, r12\n"
        CG_TO_SUMS("r1", "r2", "r4", "r5", "r6")
        "movs r1, r3\n"
        CG_WEIGHTS
        "pop {r7}\n"
        "mov r1, r8\n"
        "mov r2, r9\n"
        "mov r3, r10\n"
        "mov r4, r11\n"
        "mov r5, r12\n"
        "stm r7!, {r1-r5}\n"
        CG_RESTORE);
}

/* clang-format on */

#else

static void cg_tile_add(int32_t *sums, const int32_t *values, int32_t weight) {
    for (int32_t i = 0; i < CG_TILE; ++i) {
        sums[i] = (int32_t)((uint32_t)sums[i] + (uint32_t)(values[i] * weight));
    }
}

static int32_t cg_tile_start(int32_t start, int32_t offset) {
    return (int32_t)((uint32_t)start + (uint32_t)offset);
}

static void cg_tile_put(const cg_tile_job *job, const int32_t *sums) {
    for (int32_t i = CG_TILE - 1; i >= 0; --i) {
        job->output[job->places[i]] = cg_tile_output(sums[i], job->steps + 1);
    }
}

void cg_tile_sums_s8(const int32_t *values, const uint8_t *weights, int32_t count, int32_t *sums) {
    for (int32_t k = 0; k < count; ++k) {
        cg_tile_add(sums, values + (ptrdiff_t)k * CG_TILE, weights[k]);
    }
}

void cg_tile_channels_s8(cg_tile_job *job) {
    for (; job->steps != job->steps_end; job->steps += 4) {
        int32_t sums[CG_TILE];
        for (int32_t i = 0; i < CG_TILE; ++i) {
            sums[i] = cg_tile_start(job->steps[0], job->offsets[i]);
        }
        cg_tile_sums_s8(job->values, job->weights, job->count, sums);
        cg_tile_put(job, sums);
        job->weights += job->count;
        ++job->output;
    }
}

void cg_tile_line_s8(cg_tile_job *job) {
    for (; job->output != job->output_end; job->output += job->output_step) {
        int32_t sums[CG_TILE];
        for (int32_t i = 0; i < CG_TILE; ++i) {
            sums[i] = job->steps[0];
        }
        for (const int32_t *tap = job->taps; tap != job->taps_end; tap += 2) {
            cg_tile_add(sums, job->values + tap[0] / (int32_t)sizeof(int32_t), tap[1]);
        }
        cg_tile_put(job, sums);
        job->values += CG_TILE;
    }
}

void cg_tile_units_s8(cg_tile_job *job) {
    while (job->steps != job->steps_end) {
        int32_t sums[CG_TILE];
        for (int32_t i = 0; i < CG_TILE; ++i) {
            sums[i] = cg_tile_start(job->steps[4 * i], job->offsets[0]);
        }
        for (int32_t k = 0; k < job->count; ++k) {
            for (int32_t i = 0; i < CG_TILE; ++i) {
                sums[i] = (int32_t)((uint32_t)sums[i] + (uint32_t)(job->values[k] * *job->weights++));
            }
        }
        for (int32_t i = 0; i < CG_TILE; ++i) {
            *job->output++ = cg_tile_output(sums[i], job->steps + 1);
            job->steps += 4;
        }
    }
}

#endif
