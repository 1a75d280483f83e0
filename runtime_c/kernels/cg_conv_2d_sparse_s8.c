/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_sparse_s8.h"

#include "cg_dsp.h"

#if CG_DSP

/*
 * The products of `count` blocks, and where the next filter begins. r0 values, r1 blocks, r2 count, r3 sums (the second
 * one is 8 bytes behind the first); r4, r5 sums, r8 to r11 values, r12 and lr weights.
 */
CG_NAKED static const int8_t *cg_sparse_multiply(CG_UNUSED const uint32_t *values, CG_UNUSED const int8_t *blocks,
                                                 CG_UNUSED int32_t count, CG_UNUSED uint32_t *sums) {
    __asm__(".syntax unified\n"
            "push {r4, r5, r8-r11, lr}\n"
            "ldr r4, [r3]\n"
            "ldr r5, [r3, #8]\n"
            "cmp r2, #0\n"
            "beq 2f\n"
            "1:\n"
            "ldrb r12, [r1], #1\n"
            "ldr lr, [r1], #4\n"
            "add r0, r0, r12, lsl #4\n"
            "sxtb16 r12, lr\n"
            "ldm r0!, {r8-r11}\n"
            "sxtb16 lr, lr, ror #8\n"
            "smlad r4, r8, r12, r4\n"
            "smlad r5, r10, r12, r5\n"
            "smlad r4, r9, lr, r4\n"
            "smlad r5, r11, lr, r5\n"
            "subs r2, r2, #1\n"
            "bne 1b\n"
            "2:\n"
            "str r4, [r3]\n"
            "str r5, [r3, #8]\n"
            "mov r0, r1\n"
            "pop {r4, r5, r8-r11, pc}\n");
}

#else

static const int8_t *cg_sparse_multiply(const cg_small_conv *conv, const int8_t *blocks, int32_t count,
                                        uint32_t *sums) {
    const int8_t *values = conv->windows;
    for (; count > 0; --count) {
        values += 4 * (ptrdiff_t)(uint8_t)*blocks++;
        for (int32_t i = 4; i > 0; --i) {
            sums[0] += (uint32_t)(*values * *blocks);
            sums[2] += (uint32_t)(values[conv->bytes] * *blocks);
            ++values;
            ++blocks;
        }
    }
    return blocks;
}

#endif

static void cg_sparse(cg_small_conv *conv, int32_t partner, uint32_t sums[4]) {
    for (int32_t i = 0; i <= partner; ++i) {
        const uint8_t *count = (const uint8_t *)conv->at;
#if CG_DSP
        conv->at = cg_sparse_multiply(conv->widened, conv->at + 2, count[0] + 256 * count[1], sums + i);
#else
        conv->at = cg_sparse_multiply(conv, conv->at + 2, count[0] + 256 * count[1], sums + i);
#endif
    }
}

void cg_conv_2d_sparse_s8(const cg_conv_2d_small_params *params, const cg_rows *input, const int8_t *weights,
                          const int32_t *channels, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    cg_small_conv conv;
    conv.params = params;
    conv.channels = channels;
    conv.products = cg_sparse;
    conv.weights = weights;
    conv.table = NULL;
    cg_small_conv_s8(&conv, input, y0, y1, scratch, output);
}
