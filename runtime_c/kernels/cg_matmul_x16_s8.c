/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_matmul_x16_s8.h"

#include <stddef.h>

#include "cg_matvec_x16_s8.h"

#if !defined(__ARM_FEATURE_MVE)

void cg_matmul_x16_s8(const cg_matmul_x16_s8_params *params, const int8_t *input, int32_t step, int32_t count,
                      const int8_t *weights, const int32_t *factors, void *scratch, int8_t *output) {
    for (int32_t p = 0; p < count; ++p) {
        cg_matvec_x16_s8(params, input + (ptrdiff_t)p * step, weights, factors, scratch,
                         output + (ptrdiff_t)p * params->pitch);
    }
}

#else

#include <arm_mve.h>

#include "cg_copy_s8.h"
#include "cg_outputs_mve.h"
#include "cg_requantize.h"

/*
 * Four pixels and two outputs at a time: eight sums in the even registers, whose VMLADAVA takes 16 products each; the
 * odd registers point to the four pixels, to the weights, and count. 14 instructions for 128 products. The sums of four
 * outputs are then requantized with pixels across lanes, so that bias, multiplier and shift are scalars, and the order
 * of narrowing leaves four neighbouring channels of a pixel in each word.
 *
 * Written as one block of assembly because the sums take every even register: GCC 12 keeps pointers on the stack and
 * reloads them for each load. All loads of weights and pixels are of bytes and may be unaligned.
 */
typedef struct {
    const int8_t *pixels[4]; /* less the zeros that fill the first chunk up */
    int32_t turns;           /* of two chunks, less one, before the last four or less; below 0: none */
    uint32_t skip;           /* bytes of code, from the first of the last four chunks to where to begin */
    uint32_t unused;
    uint32_t path; /* of cg_outputs_mve.h */
    const int8_t *weights;
    const int32_t *factors;
    const int32_t *next_factors;
    int32_t output_offset;
    const int32_t *end_of_factors;
    int32_t blocks;      /* of four pixels */
    int32_t input_step;  /* bytes to the next four pixels */
    int32_t output_step; /* from the last group of a pixel to the first one of the pixel four further */
    int8_t most[16];
    int8_t least[16];
    int8_t *outputs[4]; /* less 4 bytes */
    uint32_t lanes;     /* of the first chunk */
} cg_matmul_state;

/* clang-format off */
#define CG_CHUNK_BYTES 56u /* of code: each instruction has 4 */

#define CG_FIRST_CHUNK                                                                                                 \
    "vldrb.8 q0, [r11], #16\n"                                                                                         \
    "vldrb.8 q1, [r11], #16\n"                                                                                         \
    "vpstttt\n"                                                                                                        \
    "vldrbt.8 q2, [r1], #16\n"                                                                                         \
    "vldrbt.8 q3, [r3], #16\n"                                                                                         \
    "vldrbt.8 q4, [r5], #16\n"                                                                                         \
    "vldrbt.8 q5, [r7], #16\n"                                                                                         \
    "vmladav.s8 r0, q0, q2\n"                                                                                          \
    "vmladav.s8 r8, q1, q2\n"                                                                                          \
    "vmladav.s8 r2, q0, q3\n"                                                                                          \
    "vmladav.s8 r10, q1, q3\n"                                                                                         \
    "vmladav.s8 r4, q0, q4\n"                                                                                          \
    "vmladav.s8 r12, q1, q4\n"                                                                                         \
    "vmladav.s8 r6, q0, q5\n"                                                                                          \
    "vmladav.s8 lr, q1, q5\n"

#define CG_CHUNK                                                                                                       \
    "vldrb.8 q0, [r11], #16\n"                                                                                         \
    "vldrb.8 q2, [r1], #16\n"                                                                                          \
    "vmladava.s8 r0, q0, q2\n"                                                                                         \
    "vldrb.8 q1, [r11], #16\n"                                                                                         \
    "vmladava.s8 r8, q1, q2\n"                                                                                         \
    "vldrb.8 q3, [r3], #16\n"                                                                                          \
    "vmladava.s8 r2, q0, q3\n"                                                                                         \
    "vldrb.8 q4, [r5], #16\n"                                                                                          \
    "vmladava.s8 r10, q1, q3\n"                                                                                        \
    "vmladava.s8 r4, q0, q4\n"                                                                                         \
    "vldrb.8 q5, [r7], #16\n"                                                                                          \
    "vmladava.s8 r12, q1, q4\n"                                                                                        \
    "vmladava.s8 r6, q0, q5\n"                                                                                         \
    "vmladava.s8 lr, q1, q5\n"

#define CG_CHUNKS CG_CHUNK CG_CHUNK CG_CHUNK CG_CHUNK

/* The sums of two outputs, to where r9 points. On the stack: `first`, where to go on after the first chunk, and `last`,
 * at which of the last four chunks to begin. */
#define CG_TWO_OUTPUTS(many, few, pointers, first, last, sums)                                                         \
    "ldm sp, " pointers "\n"                                                                                           \
    CG_FIRST_CHUNK                                                                                                     \
    "ldr pc, [sp, #" first "]\n"                                                                                       \
    many ":\n"                                                                                                         \
    "ldr.w r9, [sp, #152]\n"                                                                                           \
    "16:\n"                                                                                                            \
    CG_CHUNK CG_CHUNK                                                                                                          \
    "subs.w r9, r9, #1\n"                                                                                              \
    "bpl.w 16b\n"                                                                                                      \
    "add.w r9, sp, #" sums "\n"                                                                                        \
    "ldr pc, [sp, #" last "]\n"                                                                                        \
    few ":\n"                                                                                                          \
    CG_CHUNKS                                                                                                          \
    "stm r9!, {r0, r2, r4, r6, r8, r10, r12, lr}\n"

static CG_NOINLINE void cg_matmul_blocks(const cg_matmul_state *state) {
    __asm__ volatile(
        ".p2align 2\n" /* for adr */
        "mov r0, %[state]\n"
        "push {r4-r11, lr}\n"
        "sub sp, sp, #156\n"
        "vldrw.32 q0, [r0]\n"
        "vldrw.32 q1, [r0, #16]\n"
        "vldrw.32 q2, [r0, #32]\n"
        "vldrw.32 q3, [r0, #48]\n"
        "vldrw.32 q4, [r0, #64]\n"
        "vldrw.32 q6, [r0, #80]\n"
        "vldrw.32 q7, [r0, #96]\n"
        "vstrw.32 q0, [sp]\n"
        "vstrw.32 q1, [sp, #16]\n"
        "vstrw.32 q2, [sp, #32]\n"
        "vstrw.32 q3, [sp, #48]\n"
        "vstrw.32 q4, [sp, #64]\n"
        "ldr r1, [r0, #112]\n"
        "vmsr p0, r1\n"
        "ldrd r4, r5, [r0, #16]\n" /* turns, skip */
        "ldr r6, [r0, #28]\n"      /* path */
        "str r4, [sp, #152]\n"
        "add r1, sp, #80\n"
        "str r1, [sp, #16]\n"
        "orr r5, r5, #1\n" /* addresses of Thumb code */
        "adr.w r0, 1f\n"
        "add r0, r0, r5\n"
        "adr.w r1, 2f\n"
        "add r1, r1, r5\n"
        "strd r0, r1, [sp, #144]\n"
        "cmp r4, #0\n"
        "blt.n 5f\n"
        "adr.w r0, 3f\n"
        "orr r0, r0, #1\n"
        "adr.w r1, 4f\n"
        "orr r1, r1, #1\n"
        "5:\n"
        "strd r0, r1, [sp, #20]\n"
        CG_MVE_PATH("r6")
        "str r1, [sp, #28]\n"

        "10:\n" /* four pixels */
        "ldrd r11, r0, [sp, #32]\n"
        "str r0, [sp, #40]\n"

        "11:\n" /* four outputs */
        CG_TWO_OUTPUTS("3", "1", "{r1, r3, r5, r7, r9}", "20", "144", "80")
        CG_TWO_OUTPUTS("4", "2", "{r1, r3, r5, r7}", "24", "148", "112")
        "ldr lr, [sp, #40]\n"
        "ldm lr!, {r0-r10, r12}\n"
        "str lr, [sp, #40]\n"
        CG_MVE_SCALED("q0", "[sp, #80]", "r0", "r1")
        CG_MVE_SCALED("q1", "[sp, #96]", "r3", "r4")
        CG_MVE_SCALED("q2", "[sp, #112]", "r6", "r7")
        CG_MVE_SCALED("q3", "[sp, #128]", "r9", "r10")
        CG_MVE_BYTES("[sp, #28]", "r2", "r5", "r8", "r12", "[sp, #44]", "[sp, #48]", "r0", "r1", "[sp, #64]", "q6")
        "vstrw.32 q0, [q7, #4]!\n"
        "cmp lr, r1\n"
        "bne.w 11b\n"

        "ldrd r0, r1, [sp, #52]\n" /* blocks, input_step */
        "subs r0, r0, #1\n"
        "beq.n 13f\n"
        "ldr r2, [sp, #60]\n"
        "str r0, [sp, #52]\n"
        "vldrw.32 q0, [sp]\n"
        "vadd.i32 q0, q0, r1\n"
        "vstrw.32 q0, [sp]\n"
        "vadd.i32 q7, q7, r2\n"
        "b.w 10b\n"
        "13:\n"
        "add sp, sp, #156\n"
        "pop {r4-r11, lr}\n"
        :
        : [state] "r"(state)
        : "r0", "r1", "r2", "r3", "r12", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory");
}
/* clang-format on */

/* Up to four pixels, and as many after each of them in `blocks`. */
static CG_NOINLINE void cg_matmul_four(cg_matmul_state *state, const int8_t *input, int32_t step, int32_t pixels,
                                       int32_t blocks, int8_t *output, int32_t pitch) {
    for (int32_t p = 0; p < 4; ++p) {
        /* The last pixel again, with the same outputs, where there are fewer than four. */
        const int32_t pixel = cg_min_s32(p, pixels - 1);
        state->pixels[p] = input + (ptrdiff_t)pixel * step;
        state->outputs[p] = output + (ptrdiff_t)pixel * pitch - 4;
    }
    state->blocks = blocks;
    cg_matmul_blocks(state);
}

/* Four pixels at a time where rows of outputs are no multiples of a word: by way of scratch. */
static CG_NOINLINE void cg_matmul_copied(cg_matmul_state *state, const cg_matmul_x16_s8_params *params,
                                         const int8_t *input, int32_t step, int32_t count, int8_t *scratch,
                                         int8_t *output) {
    const int32_t pitch = (params->outputs + 3) / 4 * 4;
    for (; count > 0; count -= 4, input += 4 * (ptrdiff_t)step) {
        const int32_t pixels = cg_min_s32(count, 4);
        cg_matmul_four(state, input, step, pixels, 1, scratch, pitch);
        for (int32_t p = 0; p < pixels; ++p, output += params->pitch) {
            cg_copy_s8(output, scratch + (ptrdiff_t)pitch * p, params->outputs);
        }
    }
}

void cg_matmul_x16_s8(const cg_matmul_x16_s8_params *params, const int8_t *input, int32_t step, int32_t count,
                      const int8_t *weights, const int32_t *factors, void *scratch, int8_t *output) {
    const int32_t outputs = params->outputs;
    const int32_t pitch = params->pitch;
    const int32_t groups = (outputs + 3) / 4;
    const int32_t chunks = (params->depth + 15) / 16;
    const int32_t zeros = 16 * chunks - params->depth;
    const int32_t singles = count % 4 != 3 ? count % 4 : 0; /* four take less time than three single pixels */
    cg_matmul_state state;

    count -= singles;
    if (count > 0) {
        /* After the first chunk: so many turns of two, and up to four more. */
        state.turns = chunks <= 5 ? -1 : (chunks - 4) / 2 - 1;
        state.skip = (uint32_t)(4 - (chunks - 1 - 2 * (state.turns + 1))) * CG_CHUNK_BYTES;
        state.unused = 0;
        state.path =
            cg_mve_path(params->careful, params->output_offset, params->activation_min, params->activation_max);
        state.weights = weights;
        state.factors = factors;
        state.next_factors = factors;
        state.output_offset = params->output_offset;
        state.end_of_factors = factors + 12 * (ptrdiff_t)groups;
        state.input_step = 4 * step;
        state.output_step = 4 * (pitch - groups);
        state.lanes = 0xFFFFu & ~((1u << (uint32_t)zeros) - 1u);
        vstrbq_s8(state.most, vdupq_n_s8((int8_t)params->activation_max));
        vstrbq_s8(state.least, vdupq_n_s8((int8_t)params->activation_min));
        if (outputs % 4 != 0) {
            cg_matmul_copied(&state, params, input - zeros, step, count, (int8_t *)scratch, output);
        } else {
            if (count >= 4) {
                cg_matmul_four(&state, input - zeros, step, 4, count / 4, output, pitch);
            }
            if (count % 4 != 0) {
                const ptrdiff_t first = count / 4 * 4;
                cg_matmul_four(&state, input + first * step - zeros, step, 3, 1, output + first * pitch, pitch);
            }
        }
    }
    for (int32_t p = count; p < count + singles; ++p) {
        cg_matvec_x16_s8(params, input + (ptrdiff_t)p * step, weights, factors, scratch, output + (ptrdiff_t)p * pitch);
    }
}

#endif
