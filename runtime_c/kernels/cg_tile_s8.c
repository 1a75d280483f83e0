/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_tile_s8.h"

#include <stddef.h>

#if CG_THUMB1

#include "cg_tile_thumb1.h"

/* clang-format off */

CG_NAKED void cg_tile_channels_s8(CG_UNUSED cg_tile_job *job) {
    __asm__(
        CG_FRAME
        "ldr r0, [sp]\n"
        "ldr r1, [r0, #" STEPS "]\n"
        "1:\n"
        "ldr r7, [r0, #" SUMS "]\n"
        "cmp r7, #0\n"
        "bne 5f\n"
        "ldr r6, [r1]\n"
        "adds r0, #" OFFSETS "\n"
        "ldm r0!, {r1-r5}\n"
        "adds r1, r1, r6\n"
        "adds r2, r2, r6\n"
        "adds r3, r3, r6\n"
        "adds r4, r4, r6\n"
        "adds r5, r5, r6\n"
        CG_TO_SUMS("r1", "r2", "r3", "r4", "r5")
        "b 6f\n"
        "5:\n"
        CG_START_WITH_SUMS
        "ldr r0, [sp]\n"
        "adds r7, r7, #20\n"
        "str r7, [r0, #" SUMS "]\n"
        "6:\n"
        CG_CHANNEL
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
        "ldr r2, [r0, #" STEPS_END "]\n"
        "cmp r1, r2\n"
        "beq 4f\n"
        "b 1b\n"
        "4:\n"
        CG_UNFRAME);
}

CG_NAKED void cg_tile_sums_s8(CG_UNUSED cg_tile_job *job) {
    __asm__(
        CG_FRAME
        "1:\n"
        "ldr r0, [sp]\n"
        "ldr r7, [r0, #" SUMS "]\n"
        CG_START_WITH_SUMS
        CG_CHANNEL
        "ldr r7, [r0, #" SUMS "]\n"
        "mov r1, r8\n"
        "mov r2, r9\n"
        "mov r3, r10\n"
        "mov r4, r11\n"
        "mov r5, r12\n"
        "stm r7!, {r1-r5}\n"
        "str r7, [r0, #" SUMS "]\n"
        "ldr r1, [r0, #" SUMS_END "]\n"
        "cmp r7, r1\n"
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

/* One value, at r0 + place, times five weights at r7 + places. */
#define CG_UNITS(v, a, b, c, d, e) \
    "ldrb r6, [r0, #" v "]\n"      \
    "ldrb r1, [r7, #" a "]\n"      \
    "ldrb r2, [r7, #" b "]\n"      \
    "ldrb r3, [r7, #" c "]\n"      \
    "ldrb r4, [r7, #" d "]\n"      \
    "ldrb r5, [r7, #" e "]\n"      \
    CG_ADD_FIVE

/* The output of a unit of the block, whose first step is at lr, to the address at sp + 4. */
#define CG_UNIT(sum, number, m, c, e) \
    "mov r1, lr\n"                 \
    "ldr r4, [r1, #" m "]\n"       \
    "uxth r5, r4\n"                \
    "lsrs r4, r4, #16\n"           \
    "ldr r6, [r1, #" c "]\n"       \
    "ldr r7, [r1, #" e "]\n"       \
    CG_OUTPUT(sum)                 \
    "ldr r0, [sp, #4]\n"           \
    "strb r1, [r0, #" number "]\n"

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
        "ldr r0, [r0, #" BYTES "]\n"
        "2:\n"
        CG_UNITS("0", "0", "1", "2", "3", "4")
        CG_UNITS("1", "5", "6", "7", "8", "9")
        CG_UNITS("2", "10", "11", "12", "13", "14")
        CG_UNITS("3", "15", "16", "17", "18", "19")
        "adds r7, r7, #20\n" /* a byte's place is 31 at most */
        CG_UNITS("4", "0", "1", "2", "3", "4")
        CG_UNITS("5", "5", "6", "7", "8", "9")
        CG_UNITS("6", "10", "11", "12", "13", "14")
        CG_UNITS("7", "15", "16", "17", "18", "19")
        "adds r0, r0, #8\n"
        "adds r7, r7, #20\n"
        "cmp r7, lr\n"
        "beq 3f\n"
        "b 2b\n"
        "3:\n"
        "ldr r0, [sp]\n"
        "ldr r1, [r0, #" OUTPUT "]\n"
        "str r1, [sp, #4]\n"
        "adds r1, r1, #5\n"
        "str r1, [r0, #" OUTPUT "]\n"
        "ldr r1, [r0, #" STEPS "]\n"
        "mov lr, r1\n"
        "adds r1, r1, #80\n"
        "str r1, [r0, #" STEPS "]\n"
        CG_UNIT("r8", "0", "4", "8", "12")
        CG_UNIT("r9", "1", "20", "24", "28")
        CG_UNIT("r10", "2", "36", "40", "44")
        CG_UNIT("r11", "3", "52", "56", "60")
        CG_UNIT("r12", "4", "68", "72", "76")
        "ldr r0, [sp]\n"
        "ldr r1, [r0, #" STEPS "]\n"
        "ldr r0, [r0, #" STEPS_END "]\n"
        "cmp r0, r1\n"
        "beq 4f\n"
        "b 1b\n"
        "4:\n"
        CG_UNFRAME);
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

/* A channel of pixels, its sums having started. */
static void cg_tile_weights(cg_tile_job *job, int32_t *sums) {
    for (int32_t k = 0; k < job->count; ++k) {
        cg_tile_add(sums, job->values + (ptrdiff_t)k * CG_TILE, *job->weights++);
    }
}

void cg_tile_channels_s8(cg_tile_job *job) {
    for (; job->steps != job->steps_end; job->steps += 4) {
        int32_t sums[CG_TILE];
        for (int32_t i = 0; i < CG_TILE; ++i) {
            sums[i] = cg_tile_start(job->sums != NULL ? *job->sums++ : job->steps[0], job->offsets[i]);
        }
        cg_tile_weights(job, sums);
        cg_tile_put(job, sums);
        ++job->output;
    }
}

void cg_tile_sums_s8(cg_tile_job *job) {
    for (; job->sums != job->sums_end; job->sums += CG_TILE) {
        for (int32_t i = 0; i < CG_TILE; ++i) {
            job->sums[i] = cg_tile_start(job->sums[i], job->offsets[i]);
        }
        cg_tile_weights(job, job->sums);
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
                sums[i] = (int32_t)((uint32_t)sums[i] + (uint32_t)(job->bytes[k] * *job->weights++));
            }
        }
        for (int32_t i = 0; i < CG_TILE; ++i) {
            *job->output++ = cg_tile_output(sums[i], job->steps + 1);
            job->steps += 4;
        }
    }
}

#endif
