/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_pairs_nine_s8.h"

#if CG_DSP

#define CG_WIDENED(place)                                                                                              \
    "ldr r9, [" place "]\n"                                                                                            \
    "sxtb16 r8, r9\n"                                                                                                  \
    "sxtb16 r9, r9, ror #8\n"                                                                                          \
    "strd r8, r9, [r4], #24\n"

/* r0, r1, r3 in the rows, r4 values, r5 pixels left, r6 from one to the next. The ninth bytes are the last quad. */
CG_NAKED void cg_pairs_nine_s8(CG_UNUSED const cg_pairs_window *window) {
    __asm__(".syntax unified\n"
            "push {r4-r10, lr}\n"
            "ldm r0, {r0-r6}\n"
            "ldm r0, {r0, r1, r3}\n"
            "add r0, r0, r2\n"
            "add r1, r1, r2\n"
            "add r3, r3, r2\n"
            "1:\n" CG_WIDENED("r0") CG_WIDENED("r0, #4") /* */
            CG_WIDENED("r1") CG_WIDENED("r1, #4")        /* */
            CG_WIDENED("r3") CG_WIDENED("r3, #4")        /* */
            "ldrsb r8, [r0, #8]\n"
            "ldrsb r10, [r3, #8]\n"
            "ldrsb r9, [r1, #8]\n"
            "pkhbt r8, r8, r10, lsl #16\n"
            "strd r8, r9, [r4], #-136\n"
            "add r0, r0, r6\n"
            "add r1, r1, r6\n"
            "add r3, r3, r6\n"
            "subs r5, r5, #1\n"
            "bne 1b\n"
            "pop {r4-r10, pc}\n");
}

#else

void cg_pairs_nine_s8(const cg_pairs_window *window) {
    cg_pairs_window_s8(window);
}

#endif
