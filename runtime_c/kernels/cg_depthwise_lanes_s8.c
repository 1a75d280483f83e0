/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_lanes_s8.h"

#if CG_DSP

/* r0 source, r1 step, r2 groups, r3 to r6 the words of each lane, r7 offset in these, r8 its step. */
CG_NAKED void cg_depthwise_lanes_s8(CG_UNUSED const cg_depthwise_lanes *lanes) {
    __asm__(".syntax unified\n"
            "push {r4-r11, lr}\n"
            "ldrd r8, r4, [r0, #16]\n"
            "ldm r0, {r0-r3}\n"
            "add r5, r3, r4, lsl #1\n"
            "add r6, r5, r4\n"
            "add r4, r3, r4\n"
            "mov r7, #0\n"
            "1:\n"
            "ldr r9, [r0]\n"
            "ldr r10, [r0, r1]\n"
            "add r0, r0, r1, lsl #1\n"
            "pkhbt r11, r9, r10, lsl #16\n"
            "pkhtb r12, r10, r9, asr #16\n"
            "sxtb16 r9, r11\n"
            "sxtb16 r11, r11, ror #8\n"
            "sxtb16 r10, r12\n"
            "sxtb16 r12, r12, ror #8\n"
            "str r9, [r3, r7]\n"
            "str r11, [r4, r7]\n"
            "str r10, [r5, r7]\n"
            "str r12, [r6, r7]\n"
            "add r7, r7, r8\n"
            "subs r2, r2, #1\n"
            "bne 1b\n"
            "pop {r4-r11, pc}\n");
}

#else

void cg_depthwise_lanes_s8(const cg_depthwise_lanes *lanes) {
    const int8_t *source = lanes->source;
    for (int32_t group = 0; group < lanes->groups; ++group) {
        for (int32_t lane = 0; lane < CG_LANES; ++lane) {
            lanes->words[group * (lanes->group_bytes / 4) + lane * (lanes->lane_bytes / 4)] =
                cg_halves(source[lane], source[lanes->step + lane]);
        }
        source += 2 * lanes->step;
    }
}

#endif
