/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_matvec_x16_s8.h"

#include <stddef.h>

#include "cg_requantize.h"

#if !defined(__ARM_FEATURE_MVE)

/* Output n, before requantization. `zeros` fill the first chunk up. */
static int32_t cg_matvec_sum(const int8_t *input, int32_t depth, int32_t zeros, const int8_t *weights, int32_t n) {
    const int32_t chunks = (depth + zeros) / 16;
    const int8_t *chunk = weights + (ptrdiff_t)(n / 2) * chunks * 32 + (n % 2) * 16;
    int32_t sum = 0;
    for (int32_t k = 0; k < depth; ++k) {
        const int32_t place = k + zeros;
        sum += input[k] * chunk[(place / 16) * 32 + place % 16];
    }
    return sum;
}

void cg_matvec_x16_s8(const cg_matmul_x16_s8_params *params, const int8_t *input, const int8_t *weights,
                      const int32_t *factors, void *scratch, int8_t *output) {
    const int32_t zeros = (params->depth + 15) / 16 * 16 - params->depth;
    (void)scratch;
    for (int32_t n = 0; n < params->outputs; ++n, factors += 3) {
        const int32_t sum = cg_matvec_sum(input, params->depth, zeros, weights, n);
        output[n] = cg_requantize_s8(cg_wrapping_add(sum, factors[0]), factors[1], factors[2], params->output_offset,
                                     params->activation_min, params->activation_max);
    }
}

#else

#include <arm_mve.h>

#include "cg_copy_s8.h"

/*
 * One pixel and eight outputs at a time: 17 instructions for 128 products. Channels lie across lanes in the end.
 */
typedef struct {
    const int8_t *weights[4]; /* of two outputs each */
    int32_t turns;            /* of the two chunks in the loop, less one */
    const int8_t *pixel;      /* less the zeros that fill the first chunk up */
    uint32_t skip;
    int32_t weights_step; /* to the next eight outputs */
    const int32_t *factors;
    int32_t output_offset;
    int8_t *output;
    int32_t groups; /* of four outputs */
    int32_t most;
    int32_t least;
    uint32_t lanes; /* of the first chunk */
} cg_matvec_state;

/* clang-format off */
#define CG_MATVEC_PAIR(multiply, weights, even, odd)                                                             \
    "vldrb.8 q1, [" weights "], #16\n"                                                                                 \
    "vldrb.8 q2, [" weights "], #16\n"                                                                                 \
    "" multiply " " even ", q1, q0\n"                                                                                  \
    "" multiply " " odd ", q2, q0\n"

#define CG_MATVEC_CHUNK(multiply)                                                                                      \
    CG_MATVEC_PAIR(multiply, "r1", "r0", "r2")                                                                       \
    CG_MATVEC_PAIR(multiply, "r3", "r4", "r6")                                                                       \
    CG_MATVEC_PAIR(multiply, "r5", "r8", "r10")                                                                      \
    CG_MATVEC_PAIR(multiply, "r7", "r12", "lr")

#define CG_MATVEC_NEXT "vldrb.8 q0, [r11], #16\n" CG_MATVEC_CHUNK("vmladava.s8")
#define CG_MATVEC_CHUNK_BYTES 68u /* of code */

/* Four outputs: one less below zero before the shift is right for shifts below 0, and does not show elsewhere. */
#define CG_MATVEC_SCALED(sums)                                                                                         \
    "vldrw.32 q0, [sp, #" sums "]\n"                                                                                   \
    "vldrw.u32 q1, [r2, q7]\n"                                                                                         \
    "add.w r6, r2, #4\n"                                                                                               \
    "vadd.i32 q0, q0, q1\n"                                                                                            \
    "vldrw.u32 q2, [r6, q7]\n"                                                                                         \
    "add.w r6, r2, #8\n"                                                                                               \
    "vqrdmulh.s32 q0, q0, q2\n"                                                                                        \
    "vldrw.u32 q3, [r6, q7]\n"                                                                                         \
    "vshr.s32 q1, q0, #31\n"                                                                                           \
    "vadd.i32 q0, q0, q1\n"                                                                                            \
    "vrshl.s32 q0, q0, q3\n"                                                                                           \
    "vadd.i32 q0, q0, r3\n"                                                                                            \
    "vmax.s32 q0, q0, q6\n"                                                                                            \
    "vmin.s32 q0, q0, q5\n"                                                                                            \
    "vstrb.32 q0, [r4], #4\n"                                                                                          \
    "add.w r2, r2, #48\n"                                                                                              \
    "subs r5, r5, #1\n"

static void cg_matvec_eights(const cg_matvec_state *state) {
    __asm__ volatile(".p2align 2\n" /* for adr */
                     "mov r0, %[state]\n"
                     "push {r4-r11, lr}\n"
                     "sub sp, sp, #84\n"
                     "vldrw.32 q0, [r0]\n"
                     "vldrw.32 q1, [r0, #16]\n"
                     "vldrw.32 q2, [r0, #32]\n"
                     "vstrw.32 q0, [sp]\n"
                     "vstrw.32 q1, [sp, #16]\n"
                     "vstrw.32 q2, [sp, #32]\n"
                     "ldrd r1, r2, [r0, #48]\n"
                     "vdup.32 q5, r1\n"
                     "vdup.32 q6, r2\n"
                     "ldr r1, [r0, #56]\n"
                     "vmsr p0, r1\n"
                     "movs r2, #0\n"
                     "vidup.u32 q7, r2, #4\n" /* 0, 4, 8, 12 */
                     "movs r1, #3\n"
                     "vmul.i32 q7, q7, r1\n" /* every third of the factors */
                     "adr.w r1, 1f\n"
                     "ldr r0, [sp, #24]\n"
                     "orr r0, r0, #1\n"
                     "add r1, r1, r0\n"
                     "str r1, [sp, #24]\n"
                     "ldr r5, [sp, #44]\n"
                     "b.n 4f\n"

                     "2:\n" /* eight outputs */
                     "ldr r0, [sp, #28]\n"
                     "vldrw.32 q0, [sp]\n"
                     "vadd.i32 q0, q0, r0\n"
                     "vstrw.32 q0, [sp]\n"
                     "4:\n"
                     "cmp r5, #1\n" /* four outputs are left: twice */
                     "bne.n 5f\n"
                     "ldrd r0, r1, [sp]\n"
                     "strd r0, r1, [sp, #8]\n"
                     "5:\n"
                     "ldm sp, {r1, r3, r5, r7, r9, r11}\n"
                     "vpst\n"
                     "vldrbt.8 q0, [r11], #16\n" CG_MATVEC_CHUNK("vmladav.s8")
                     "ldr pc, [sp, #24]\n"
                     "1:\n" CG_MATVEC_NEXT CG_MATVEC_NEXT
                     "subs.w r9, r9, #1\n"
                     "bpl.w 1b\n"
                     "add r1, sp, #48\n"
                     "stm r1, {r0, r2, r4, r6, r8, r10, r12, lr}\n"
                     "ldrd r2, r3, [sp, #32]\n"
                     "ldrd r4, r5, [sp, #40]\n"
                     CG_MATVEC_SCALED("48")
                     "beq.n 3f\n"
                     CG_MATVEC_SCALED("64")
                     "str r2, [sp, #32]\n"
                     "strd r4, r5, [sp, #40]\n"
                     "bne.w 2b\n"
                     "3:\n"
                     "add sp, sp, #84\n"
                     "pop {r4-r11, lr}\n"
                     :
                     : [state] "r"(state)
                     : "r0", "r1", "r2", "r3", "r12", "q0", "q1", "q2", "q3", "q5", "q6", "q7", "cc", "memory");
}
/* clang-format on */

void cg_matvec_x16_s8(const cg_matmul_x16_s8_params *params, const int8_t *input, const int8_t *weights,
                      const int32_t *factors, void *scratch, int8_t *output) {
    const int32_t chunks = (params->depth + 15) / 16;
    const int32_t zeros = 16 * chunks - params->depth;
    cg_matvec_state state;

    for (int32_t pair = 0; pair < 4; ++pair) {
        state.weights[pair] = weights + (ptrdiff_t)pair * chunks * 32;
    }
    state.turns = (chunks - 2) / 2;
    state.pixel = input - zeros;
    state.skip = chunks == 1 ? 2 * CG_MATVEC_CHUNK_BYTES + 8 : (uint32_t)(chunks % 2 == 0) * CG_MATVEC_CHUNK_BYTES;
    state.weights_step = chunks * 128;
    state.factors = factors;
    state.output_offset = params->output_offset;
    state.output = params->outputs % 4 != 0 ? (int8_t *)scratch : output;
    state.groups = (params->outputs + 3) / 4;
    state.most = params->activation_max;
    state.least = params->activation_min;
    state.lanes = 0xFFFFu & ~((1u << (uint32_t)zeros) - 1u);
    cg_matvec_eights(&state);
    if (params->outputs % 4 != 0) {
        cg_copy_s8(output, (const int8_t *)scratch, params->outputs);
    }
}

#endif
