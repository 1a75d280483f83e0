/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_PATCH_TILES_MVE_H
#define CG_PATCH_TILES_MVE_H

#include <stdint.h>

#include "cg_config.h"
#include "cg_outputs_mve.h"

#if defined(__ARM_FEATURE_MVE)

/*
 * Four channels at a time: a gather takes a word from each of four pixels, VLD4 turns 16 such words into four patches,
 * of a channel each, and VMLADAV makes one output of a patch: 9 of its 16 products count for a filter of 3 x 3.
 */
typedef struct {
    uint32_t addresses[32]; /* of the pixels of both patches, channel 0 */
    uint32_t outputs[4];    /* less 4 bytes */
    uint16_t inside[8];     /* lanes of the addresses that are no padding */
    uint16_t exists;        /* lanes of the outputs that there are */
} cg_patch_place;

typedef struct {
    uint32_t steps[32]; /* from the addresses of a tile to those of the next one; 0 for padding */
    uint32_t output_steps[4];
    int8_t most[16];
    const int8_t *weights[4]; /* for each output */
    uint32_t path;            /* of cg_outputs_mve.h */
    const int32_t *factors;
    uint32_t patches; /* 1 or 2, of a tile; then where the next factors are */
    int32_t output_offset;
    const int32_t *end_of_factors;
    int32_t tiles;
    const void *self;
    const cg_patch_place *place; /* of the first tile */
    int8_t least[16];
} cg_patch_state;

/* clang-format off */
#define CG_PATCH_PIXELS(address, to)                                                                                   \
    "vldrw.32 q4, [sp, #" address "]\n"                                                                                \
    "vldrw.u32 q0, [r1, q4]\n"                                                                                         \
    "vstrw.32 q0, [sp, #" to "]\n"

/* Four patches from r11 on. */
#define CG_PATCH_LOAD                                                                                                  \
    "vld40.8 {q0, q1, q2, q3}, [r11]\n"                                                                                \
    "vld41.8 {q0, q1, q2, q3}, [r11]\n"                                                                                \
    "vld42.8 {q0, q1, q2, q3}, [r11]\n"                                                                                \
    "vld43.8 {q0, q1, q2, q3}, [r11]!\n"

#define CG_PATCH_TWO(patch, weights0, weights1, sum0, sum1)                                                            \
    "vldrb.8 q4, [" weights0 "], #16\n"                                                                                \
    "vldrb.8 q5, [" weights1 "], #16\n"                                                                                \
    "vmladav.s8 " sum0 ", " patch ", q4\n"                                                                             \
    "vmladav.s8 " sum1 ", " patch ", q5\n"

#define CG_PATCH_SUMS "stm r11!, {r0, r2, r4, r6, r8, r10, r12, lr}\n"

#define CG_PATCH_COPY(at0, at1, at2, at3)                                                                              \
    "vldrw.32 q0, [r0, #" at0 "]\n"                                                                                    \
    "vldrw.32 q1, [r0, #" at1 "]\n"                                                                                    \
    "vldrw.32 q2, [r0, #" at2 "]\n"                                                                                    \
    "vldrw.32 q3, [r0, #" at3 "]\n"                                                                                    \
    "vstrw.32 q0, [sp, #" at0 "]\n"                                                                                    \
    "vstrw.32 q1, [sp, #" at1 "]\n"                                                                                    \
    "vstrw.32 q2, [sp, #" at2 "]\n"                                                                                    \
    "vstrw.32 q3, [sp, #" at3 "]\n"

/* Frame, and the state on it; r0 is the place. Aligned for adr. */
#define CG_PATCH_ENTER                                                                                                 \
    ".p2align 2\n"                                                                                                     \
    "mov r0, %[state]\n"                                                                                               \
    "push {r4-r11, lr}\n"                                                                                              \
    "sub sp, sp, #420\n"                                                                                               \
    "vldrw.32 q0, [r0, #144]\n"                                                                                        \
    "vldrw.32 q1, [r0, #160]\n"                                                                                        \
    "vldrw.32 q2, [r0, #176]\n"                                                                                        \
    "vldrw.32 q3, [r0, #192]\n"                                                                                        \
    "vldrw.32 q6, [r0, #208]\n"                                                                                        \
    "vstrw.32 q0, [sp, #320]\n"                                                                                        \
    "vstrw.32 q1, [sp, #336]\n"                                                                                        \
    "vstrw.32 q2, [sp, #352]\n"                                                                                        \
    "vstrw.32 q3, [sp, #368]\n"                                                                                        \
    "ldr r0, [sp, #380]\n"                                                                                             \
    "vldrw.32 q4, [r0, #128]\n"                                                                                        \
    "vstrw.32 q4, [sp, #384]\n"

#define CG_PATCH_PATH                                                                                                  \
    "ldr r2, [sp, #352]\n"                                                                                             \
    CG_MVE_PATH("r2")                                                                                                  \
    "str r1, [sp, #352]\n"

/* The first four channels of a tile. */
#define CG_PATCH_TILE                                                                                                  \
    "10:\n"                                                                                                            \
    "ldr r0, [sp, #356]\n"                                                                                             \
    "str r0, [sp, #360]\n"                                                                                             \
    "add r1, sp, #336\n"                                                                                               \
    "ldm r1, {r3, r5, r7, r9}\n"                                                                                       \
    "movs r1, #0\n"                                                                                                    \
    "vldrw.32 q7, [sp, #384]\n"

/* Stores four channels of the tile, whose sums are at these places, and goes back to label 11 for the next ones. */
#define CG_PATCH_OUTPUTS(sums0, sums1, sums2, sums3)                                                                   \
    "ldr lr, [sp, #360]\n"                                                                                             \
    "ldm lr!, {r0, r2, r4, r6, r8, r10}\n"                                                                             \
    CG_MVE_SCALED("q0", sums0, "r0", "r2")                                                                             \
    CG_MVE_SCALED("q1", sums1, "r6", "r8")                                                                             \
    "ldm lr!, {r0, r2, r6, r8, r11, r12}\n"                                                                            \
    "str lr, [sp, #360]\n"                                                                                             \
    CG_MVE_SCALED("q2", sums2, "r0", "r2")                                                                             \
    CG_MVE_SCALED("q3", sums3, "r8", "r11")                                                                            \
    CG_MVE_BYTES("[sp, #352]", "r4", "r10", "r6", "r12", "[sp, #364]", "[sp, #368]", "r0", "r2", "[sp, #320]", "q6")     \
    "adds r1, r1, #4\n"                                                                                                \
    "vstrw.32 q0, [q7, #4]!\n"                                                                                         \
    "cmp lr, r2\n"                                                                                                     \
    "bne.w 11b\n"

#define CG_PATCH_STEP(at, step)                                                                                        \
    "vldrw.32 q0, [sp, #" at "]\n"                                                                                     \
    "vldrw.32 q1, [r1, #" step "]\n"                                                                                   \
    "vadd.i32 q0, q0, q1\n"                                                                                            \
    "vstrw.32 q0, [sp, #" at "]\n"

#define CG_PATCH_FOUR_STEPS(at0, at1, at2, at3)                                                                        \
    CG_PATCH_STEP(at0, at0) CG_PATCH_STEP(at1, at1) CG_PATCH_STEP(at2, at2) CG_PATCH_STEP(at3, at3)

/* Ends the loop over tiles at label 13, else r1 is the state and outputs are those of the next tile. */
#define CG_PATCH_NEXT                                                                                                  \
    "ldrd r0, r1, [sp, #372]\n"                                                                                        \
    "subs r0, r0, #1\n"                                                                                                \
    "beq.w 13f\n"                                                                                                      \
    "str r0, [sp, #372]\n"                                                                                             \
    CG_PATCH_STEP("384", "128")

#define CG_PATCH_CLOBBERS "r0", "r1", "r2", "r3", "r12", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory"

/* state->tiles tiles from state->place on. */
CG_INLINE void cg_patch_tiles_run(const cg_patch_state *state) {
    __asm__ volatile(
        CG_PATCH_ENTER
        "ldr r3, [sp, #360]\n"
        CG_PATCH_COPY("0", "16", "32", "48")
        "cmp r3, #1\n"
        "bne.w 20f\n"
        CG_PATCH_PATH /* one patch, with four outputs */
        CG_PATCH_TILE
        "11:\n"
        CG_PATCH_PIXELS("0", "128")
        CG_PATCH_PIXELS("16", "144")
        CG_PATCH_PIXELS("32", "160")
        CG_PATCH_PIXELS("48", "176")
        "add r11, sp, #128\n"
        CG_PATCH_LOAD
        CG_PATCH_TWO("q0", "r3", "r5", "r0", "r2")
        CG_PATCH_TWO("q0", "r7", "r9", "r4", "r6")
        CG_PATCH_TWO("q1", "r3", "r5", "r8", "r10")
        CG_PATCH_TWO("q1", "r7", "r9", "r12", "lr")
        CG_PATCH_SUMS
        CG_PATCH_TWO("q2", "r3", "r5", "r0", "r2")
        CG_PATCH_TWO("q2", "r7", "r9", "r4", "r6")
        CG_PATCH_TWO("q3", "r3", "r5", "r8", "r10")
        CG_PATCH_TWO("q3", "r7", "r9", "r12", "lr")
        CG_PATCH_SUMS
        CG_PATCH_OUTPUTS("[sp, #192]", "[sp, #208]", "[sp, #224]", "[sp, #240]")
        CG_PATCH_NEXT
        CG_PATCH_FOUR_STEPS("0", "16", "32", "48")
        "b.w 10b\n"
        "20:\n" /* two patches, with two outputs each */
        CG_PATCH_COPY("64", "80", "96", "112")
        CG_PATCH_PATH
        "add r1, sp, #192\n" /* where the sums of channel 0 will be: two after each patch */
        "add r2, sp, #196\n"
        "strd r1, r2, [sp, #400]\n"
        "adds r1, r1, #96\n"
        "adds r2, r2, #96\n"
        "strd r1, r2, [sp, #408]\n"
        CG_PATCH_TILE
        "11:\n"
        CG_PATCH_PIXELS("0", "128")
        CG_PATCH_PIXELS("16", "144")
        CG_PATCH_PIXELS("32", "160")
        CG_PATCH_PIXELS("48", "176")
        CG_PATCH_PIXELS("64", "224")
        CG_PATCH_PIXELS("80", "240")
        CG_PATCH_PIXELS("96", "256")
        CG_PATCH_PIXELS("112", "272")
        "add r11, sp, #128\n"
        CG_PATCH_LOAD
        CG_PATCH_TWO("q0", "r3", "r5", "r0", "r2")
        CG_PATCH_TWO("q1", "r3", "r5", "r4", "r6")
        CG_PATCH_TWO("q2", "r3", "r5", "r8", "r10")
        CG_PATCH_TWO("q3", "r3", "r5", "r12", "lr")
        CG_PATCH_SUMS
        CG_PATCH_LOAD
        CG_PATCH_TWO("q0", "r7", "r9", "r0", "r2")
        CG_PATCH_TWO("q1", "r7", "r9", "r4", "r6")
        CG_PATCH_TWO("q2", "r7", "r9", "r8", "r10")
        CG_PATCH_TWO("q3", "r7", "r9", "r12", "lr")
        CG_PATCH_SUMS
        "vldrw.32 q4, [sp, #400]\n"
        CG_PATCH_OUTPUTS("[q4]", "[q4, #8]", "[q4, #16]", "[q4, #24]")
        CG_PATCH_NEXT
        CG_PATCH_FOUR_STEPS("0", "16", "32", "48")
        CG_PATCH_FOUR_STEPS("64", "80", "96", "112")
        "b.w 10b\n"
        "13:\n"
        "add sp, sp, #420\n"
        "pop {r4-r11, lr}\n"
        :
        : [state] "r"(state)
        : CG_PATCH_CLOBBERS);
}
/* clang-format on */

#endif

#endif /* CG_PATCH_TILES_MVE_H */
