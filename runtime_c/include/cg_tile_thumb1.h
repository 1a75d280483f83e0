/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_TILE_THUMB1_H
#define CG_TILE_THUMB1_H

/*
 * Parts of cg_tile_s8.c in assembler for Armv6-M. sp: the job's address, then the places of the five outputs; r8 to
 * r12: the five sums; lr: the end of the weights, then the output.
 */

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
#define SUMS "80"
#define SUMS_END "84"
#define BYTES "88"

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

/* The sums start with a word of r7 each, and the offsets. */
#define CG_START_WITH_SUMS         \
    "adds r0, #" OFFSETS "\n"      \
    "ldm r0!, {r1-r5}\n"           \
    "ldr r6, [r7]\n"               \
    "adds r1, r1, r6\n"            \
    "ldr r6, [r7, #4]\n"           \
    "adds r2, r2, r6\n"            \
    "ldr r6, [r7, #8]\n"           \
    "adds r3, r3, r6\n"            \
    "ldr r6, [r7, #12]\n"          \
    "adds r4, r4, r6\n"            \
    "ldr r6, [r7, #16]\n"          \
    "adds r5, r5, r6\n"            \
    CG_TO_SUMS("r1", "r2", "r3", "r4", "r5")

/* All weights of a channel; the job's pointer to them moves on. */
#define CG_CHANNEL                 \
    "ldr r0, [sp]\n"               \
    "ldr r7, [r0, #" WEIGHTS "]\n" \
    "ldr r1, [r0, #" COUNT "]\n"   \
    "ldr r0, [r0, #" VALUES "]\n"  \
    "mov lr, r7\n"                 \
    "add lr, r1\n"                 \
    CG_WEIGHTS                     \
    "ldr r0, [sp]\n"               \
    "str r7, [r0, #" WEIGHTS "]\n"

/* clang-format on */

#endif /* CG_TILE_THUMB1_H */
