/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_conv_2d_clustered_s8.h"

#include "cg_dsp.h"

#define CG_PAIRS 256 /* of values */

#if CG_DSP

/*
 * The products of two filters `step` bytes of indices apart. r0 values up to r1, r2 indices, r3 step; r4 to r7 sums, r8
 * to r11 values, r12 pairs of weights by byte, lr one of them. The table follows the sums.
 */
CG_NAKED static void cg_clustered_multiply(CG_UNUSED const uint32_t *values, CG_UNUSED const uint32_t *end,
                                           CG_UNUSED const int8_t *weights, CG_UNUSED ptrdiff_t step,
                                           CG_UNUSED uint32_t *sums, CG_UNUSED const uint32_t *pairs) {
    __asm__(".syntax unified\n"
            "push {r4-r11, lr}\n"
            "ldr r12, [sp, #36]\n"
            "ldm r12, {r4-r7}\n"
            "ldr r12, [sp, #40]\n"
            "1:\n"
            "ldm r0!, {r8-r11}\n"
            "ldrb lr, [r2, r3]\n"
            "ldr lr, [r12, lr, lsl #2]\n"
            "smlad r5, r8, lr, r5\n"
            "smlad r7, r10, lr, r7\n"
            "ldrb lr, [r2], #1\n"
            "ldr lr, [r12, lr, lsl #2]\n"
            "smlad r4, r8, lr, r4\n"
            "smlad r6, r10, lr, r6\n"
            "ldrb lr, [r2, r3]\n"
            "ldr lr, [r12, lr, lsl #2]\n"
            "smlad r5, r9, lr, r5\n"
            "smlad r7, r11, lr, r7\n"
            "ldrb lr, [r2], #1\n"
            "ldr lr, [r12, lr, lsl #2]\n"
            "smlad r4, r9, lr, r4\n"
            "smlad r6, r11, lr, r6\n"
            "cmp r0, r1\n"
            "bne 1b\n"
            "ldr r12, [sp, #36]\n"
            "stm r12, {r4-r7}\n"
            "pop {r4-r11, pc}\n");
}

static void cg_clustered(cg_small_conv *conv, int32_t partner, uint32_t sums[4]) {
    const ptrdiff_t half = conv->bytes / 2;
    const int8_t *weights = conv->at;
    conv->at = weights + 2 * half;
    cg_clustered_multiply(conv->widened, conv->widened + conv->bytes, weights, partner * half, sums,
                          (const uint32_t *)conv->table);
}

#else

/* The products of one filter, which begins at `indices`. */
static void cg_clustered_filter(const cg_small_conv *conv, const uint8_t *indices, uint32_t *sums) {
    const int8_t *table = (const int8_t *)conv->table;
    for (ptrdiff_t pixel = 0; pixel < 2; ++pixel) {
        const int8_t *values = conv->windows + pixel * conv->bytes;
        int32_t sum = 0;
        for (ptrdiff_t i = 0; i < conv->bytes; i += 4) {
            const uint8_t *quad = indices + i / 2;
            sum += values[i] * table[quad[0] & 15] + values[i + 2] * table[quad[0] >> 4];
            sum += values[i + 1] * table[quad[1] & 15] + values[i + 3] * table[quad[1] >> 4];
        }
        sums[2 * pixel] += (uint32_t)sum;
    }
}

static void cg_clustered(cg_small_conv *conv, int32_t partner, uint32_t sums[4]) {
    const uint8_t *indices = (const uint8_t *)conv->at;
    cg_clustered_filter(conv, indices, sums);
    if (partner != 0) {
        cg_clustered_filter(conv, indices + conv->bytes / 2, sums + 1);
    }
    conv->at += conv->bytes;
}

#endif

void cg_conv_2d_clustered_s8(const cg_conv_2d_small_params *params, const cg_rows *input, const uint8_t *weights,
                             const int8_t *table, const int32_t *channels, int32_t y0, int32_t y1, void *scratch,
                             int8_t *output) {
    cg_small_conv conv;
    conv.params = params;
    conv.channels = channels;
    conv.products = cg_clustered;
    conv.weights = weights;
    conv.table = table;
#if CG_DSP
    uint32_t *pairs = (uint32_t *)scratch;
    scratch = pairs + CG_PAIRS;
    conv.table = pairs;
    for (int32_t i = 0; i < CG_PAIRS; ++i) {
        *pairs++ = cg_halves(table[i & 15], table[i >> 4]);
    }
#endif
    cg_small_conv_s8(&conv, input, y0, y1, scratch, output);
}
