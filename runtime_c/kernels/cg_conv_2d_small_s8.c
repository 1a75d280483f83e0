/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_small_s8.h"

#include "cg_dsp.h"

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>
#endif

#if CG_DSP

/*
 * The products of two filters `step` bytes apart. r0 values up to r1, r2 weights, r3 step; r4 to r7 sums, r8 to r11
 * values, r12 and lr weights.
 */
CG_NAKED static void cg_small_multiply(CG_UNUSED const uint32_t *values, CG_UNUSED const uint32_t *end,
                                       CG_UNUSED const int8_t *weights, CG_UNUSED ptrdiff_t step,
                                       CG_UNUSED uint32_t *sums) {
    __asm__(".syntax unified\n"
            "push {r4-r11, lr}\n"
            "ldr r12, [sp, #36]\n"
            "ldm r12, {r4-r7}\n"
            "1:\n"
            "ldr lr, [r2, r3]\n"
            "ldm r0!, {r8-r11}\n"
            "sxtb16 r12, lr\n"
            "sxtb16 lr, lr, ror #8\n"
            "smlad r5, r8, r12, r5\n"
            "smlad r7, r10, r12, r7\n"
            "smlad r5, r9, lr, r5\n"
            "smlad r7, r11, lr, r7\n"
            "ldr lr, [r2], #4\n"
            "sxtb16 r12, lr\n"
            "sxtb16 lr, lr, ror #8\n"
            "smlad r4, r8, r12, r4\n"
            "smlad r6, r10, r12, r6\n"
            "smlad r4, r9, lr, r4\n"
            "smlad r6, r11, lr, r6\n"
            "cmp r0, r1\n"
            "bne 1b\n"
            "ldr r12, [sp, #36]\n"
            "stm r12, {r4-r7}\n"
            "pop {r4-r11, pc}\n");
}

static void cg_small_dense(cg_small_conv *conv, int32_t partner, uint32_t sums[4]) {
    const int8_t *weights = conv->at;
    conv->at = weights + 2 * conv->bytes;
    cg_small_multiply(conv->widened, conv->widened + conv->bytes, weights, partner * conv->bytes, sums);
}

#elif defined(__ARM_FEATURE_MVE)

static void cg_small_dense(cg_small_conv *conv, int32_t partner, uint32_t sums[4]) {
    const int8_t *weights = conv->at;
    const int8_t *windows = conv->windows;
    const int32_t bytes = (int32_t)conv->bytes;
    const int32_t step = partner * bytes;
    int32_t a = (int32_t)sums[0];
    int32_t b = (int32_t)sums[1];
    int32_t c = (int32_t)sums[2];
    int32_t d = (int32_t)sums[3];
    conv->at = weights + 2 * bytes;
    for (int32_t left = bytes; left > 0; left -= 16) {
        const mve_pred16_t lanes = vctp8q((uint32_t)left);
        const int8x16_t first = vldrbq_z_s8(windows, lanes);
        const int8x16_t second = vldrbq_z_s8(windows + bytes, lanes);
        int8x16_t weight = vldrbq_z_s8(weights, lanes);
        a = vmladavaq_s8(a, weight, first);
        c = vmladavaq_s8(c, weight, second);
        weight = vldrbq_z_s8(weights + step, lanes);
        b = vmladavaq_s8(b, weight, first);
        d = vmladavaq_s8(d, weight, second);
        weights += 16;
        windows += 16;
    }
    sums[0] = (uint32_t)a;
    sums[1] = (uint32_t)b;
    sums[2] = (uint32_t)c;
    sums[3] = (uint32_t)d;
}

#else

static void cg_small_dense(cg_small_conv *conv, int32_t partner, uint32_t sums[4]) {
    const int8_t *weights = conv->at;
    const int8_t *others = weights + partner * conv->bytes;
    const int8_t *windows = conv->windows;
    const ptrdiff_t bytes = conv->bytes;
    int32_t a = 0;
    int32_t b = 0;
    int32_t c = 0;
    int32_t d = 0;
    for (ptrdiff_t i = 0; i < bytes; ++i) {
        a += weights[i] * windows[i];
        b += others[i] * windows[i];
        c += weights[i] * windows[i + bytes];
        d += others[i] * windows[i + bytes];
    }
    sums[0] += (uint32_t)a;
    sums[1] += (uint32_t)b;
    sums[2] += (uint32_t)c;
    sums[3] += (uint32_t)d;
    conv->at = others + bytes;
}

#endif

void cg_conv_2d_small_s8(const cg_conv_2d_small_params *params, const cg_rows *input, const int8_t *weights,
                         const int32_t *channels, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    cg_small_conv conv;
    conv.params = params;
    conv.channels = channels;
    conv.products = cg_small_dense;
    conv.weights = weights;
    conv.table = NULL;
    cg_small_conv_s8(&conv, input, y0, y1, scratch, output);
}
