/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_matmul_x16_s8.h"

#include <stddef.h>

#include "cg_requantize.h"

#if !defined(__ARM_FEATURE_MVE)

/* Output n of one pixel, before requantization. `zeros` fill the first chunk up. */
static int32_t cg_matmul_sum(const int8_t *pixel, int32_t depth, int32_t zeros, const int8_t *weights, int32_t n) {
    const int32_t chunks = (depth + 15) / 16;
    const int8_t *chunk = weights + (ptrdiff_t)(n / 2) * chunks * 32 + (n % 2) * 16;
    int32_t sum = 0;
    for (int32_t k = 0; k < depth; ++k) {
        const int32_t place = k + zeros;
        sum += pixel[k] * chunk[(place / 16) * 32 + place % 16];
    }
    return sum;
}

void cg_matmul_x16_s8(const cg_matmul_x16_s8_params *params, const int8_t *input, int32_t step, int32_t count,
                      const int8_t *weights, const int32_t *factors, int8_t *scratch, int8_t *output) {
    const int32_t depth = params->depth;
    const int32_t zeros = (depth + 15) / 16 * 16 - depth;
    (void)scratch;
    for (int32_t p = 0; p < count; ++p) {
        for (int32_t n = 0; n < params->outputs; ++n) {
            const int32_t *factor = factors + 3 * (ptrdiff_t)n;
            const int32_t sum = cg_matmul_sum(input + (ptrdiff_t)p * step, depth, zeros, weights, n);
            *output++ = cg_requantize_s8(cg_wrapping_add(sum, factor[0]), factor[1], factor[2], params->output_offset,
                                         params->activation_min, params->activation_max);
        }
    }
}

#else

#include <arm_mve.h>

#include "cg_copy_s8.h"

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
    int32_t turns;           /* of the four chunks in the loop, less one */
    uint32_t skip;           /* bytes of code, from the first of the four to where the first turn begins */
    uint32_t unused;
    uint32_t careful;
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

/* The sums of two outputs. `entry` is where the state says at which chunk the first turn begins. */
#define CG_TWO_OUTPUTS(label, entry, sums)                                                                             \
    "ldm sp, {r1, r3, r5, r7, r9}\n" CG_FIRST_CHUNK "ldr pc, [sp, #" entry "]\n" label                                 \
    ":\n" CG_CHUNK CG_CHUNK CG_CHUNK CG_CHUNK "subs.w r9, r9, #1\n"                                                    \
    "bpl.w " label "b\n"                                                                                               \
    "add r1, sp, #" sums "\n"                                                                                          \
    "stm r1, {r0, r2, r4, r6, r8, r10, r12, lr}\n"

#define CG_SCALED(q, sums, bias, multiplier)                                                                           \
    "vldrw.32 " q ", [sp, #" sums "]\n"                                                                                \
    "vadd.i32 " q ", " q ", " bias "\n"                                                                                \
    "vqrdmulh.s32 " q ", " q ", " multiplier "\n"

/* Halves away from zero where the shift rounds them upwards: one less below zero; then the sum as 16 bits. */
#define CG_CAREFUL(q, shift)                                                                                           \
    "vshr.s32 q4, " q ", #31\n"                                                                                        \
    "vadd.i32 " q ", " q ", q4\n"                                                                                      \
    "vrshl.s32 " q ", " shift "\n"                                                                                     \
    "vqmovnb.s32 " q ", " q "\n"

static void __attribute__((noinline)) cg_matmul_blocks(const cg_matmul_state *state) {
    __asm__ volatile(
        "mov r0, %[state]\n"
        "push {r4-r11, lr}\n"
        "sub sp, sp, #148\n"
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
        "ldrd r1, r2, [r0, #24]\n" /* careful, in r2 */
        "ldr r0, [r0, #20]\n"      /* skip */
        "orr r0, r0, #1\n"         /* a Thumb address */
        "adr.w r1, 1f\n"
        "add r1, r1, r0\n"
        "adr.w r3, 2f\n"
        "add r3, r3, r0\n"
        "strd r1, r3, [sp, #20]\n"
        "adr.w r1, 5f\n"
        "adr.w r3, 4f\n"
        "cmp r2, #0\n"
        "it ne\n"
        "movne r1, r3\n"
        "orr r1, r1, #1\n"
        "str r1, [sp, #28]\n"

        "3:\n" /* four pixels */
        "ldrd r11, r0, [sp, #32]\n"
        "str r0, [sp, #40]\n"

        "6:\n" /* four outputs */
        CG_TWO_OUTPUTS("1", "20", "80") CG_TWO_OUTPUTS(
            "2", "24", "112") "ldr lr, [sp, #40]\n"
                              "ldm lr!, {r0-r10, r12}\n"
                              "str lr, [sp, #40]\n" CG_SCALED("q0", "80", "r0", "r1") CG_SCALED("q1", "96", "r3", "r4")
                                  CG_SCALED("q2", "112", "r6", "r7") CG_SCALED(
                                      "q3", "128", "r9",
                                      "r10") "ldr pc, [sp, #28]\n"

                                             "4:\n" CG_CAREFUL("q0", "r2") CG_CAREFUL("q1", "r5") CG_CAREFUL("q2", "r8")
                                                 CG_CAREFUL("q3",
                                                            "r12") "b.n 7f\n"
                                                                   "5:\n"
                                                                   "vrshl.s32 q0, r2\n"
                                                                   "vrshl.s32 q1, r5\n"
                                                                   "vrshl.s32 q2, r8\n"
                                                                   "vrshl.s32 q3, r12\n"
                                                                   "7:\n"
                                                                   "ldrd r0, r1, [sp, #44]\n"
                                                                   "vmovnt.i32 q0, q2\n"
                                                                   "vmovnt.i32 q1, q3\n"
                                                                   "vqadd.s16 q0, q0, r0\n"
                                                                   "vqadd.s16 q1, q1, r0\n"
                                                                   "vqmovnb.s16 q0, q0\n"
                                                                   "vqmovnt.s16 q0, q1\n"
                                                                   "vldrw.32 q4, [sp, #64]\n"
                                                                   "vmax.s8 q0, q0, q6\n"
                                                                   "vmin.s8 q0, q0, q4\n"
                                                                   "vstrw.32 q0, [q7, #4]!\n"
                                                                   "cmp lr, r1\n"
                                                                   "bne.w 6b\n"

                                                                   "ldrd r0, r1, [sp, #52]\n" /* blocks, input_step */
                                                                   "subs r0, r0, #1\n"
                                                                   "beq.n 8f\n"
                                                                   "ldr r2, [sp, #60]\n"
                                                                   "str r0, [sp, #52]\n"
                                                                   "vldrw.32 q0, [sp]\n"
                                                                   "vadd.i32 q0, q0, r1\n"
                                                                   "vstrw.32 q0, [sp]\n"
                                                                   "vadd.i32 q7, q7, r2\n"
                                                                   "b.w 3b\n"
                                                                   "8:\n"
                                                                   "add sp, sp, #148\n"
                                                                   "pop {r4-r11, lr}\n"
        :
        : [state] "r"(state)
        : "r0", "r1", "r2", "r3", "r12", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory");
}

static void cg_matmul_four(cg_matmul_state *state, const int8_t *input, int32_t step, int32_t pixels, int32_t blocks,
                           int8_t *output, int32_t pitch) {
    for (int32_t p = 0; p < 4; ++p) {
        /* The last pixel again, with the same outputs, where there are fewer than four. */
        const int32_t pixel = cg_min_s32(p, pixels - 1);
        state->pixels[p] = input + (ptrdiff_t)pixel * step;
        state->outputs[p] = output + (ptrdiff_t)pixel * pitch - 4;
    }
    state->blocks = blocks;
    cg_matmul_blocks(state);
}

void cg_matmul_x16_s8(const cg_matmul_x16_s8_params *params, const int8_t *input, int32_t step, int32_t count,
                      const int8_t *weights, const int32_t *factors, int8_t *scratch, int8_t *output) {
    const int32_t outputs = params->outputs;
    const int32_t groups = (outputs + 3) / 4;
    const int32_t chunks = (params->depth + 15) / 16;
    const int32_t zeros = 16 * chunks - params->depth;
    cg_matmul_state state;

    state.turns = (chunks - 2) / 4;
    state.skip = chunks == 1 ? 4 * CG_CHUNK_BYTES + 8 : (uint32_t)(3 - (chunks - 2) % 4) * CG_CHUNK_BYTES;
    state.unused = 0;
    state.careful = (uint32_t)params->careful;
    state.weights = weights;
    state.factors = factors;
    state.next_factors = factors;
    state.output_offset = params->output_offset;
    state.end_of_factors = factors + 12 * (ptrdiff_t)groups;
    state.input_step = 4 * step;
    state.output_step = 12 * groups;
    state.lanes = 0xFFFFu & ~((1u << (uint32_t)zeros) - 1u);
    vstrbq_s8(state.most, vdupq_n_s8((int8_t)params->activation_max));
    vstrbq_s8(state.least, vdupq_n_s8((int8_t)params->activation_min));
    input -= zeros;

    if (outputs % 4 != 0) {
        for (; count > 0; count -= 4, input += 4 * (ptrdiff_t)step) {
            const int32_t pixels = cg_min_s32(count, 4);
            cg_matmul_four(&state, input, step, pixels, 1, scratch, 4 * groups);
            for (int32_t p = 0; p < pixels; ++p, output += outputs) {
                cg_copy_s8(output, scratch + 4 * (ptrdiff_t)groups * p, outputs);
            }
        }
        return;
    }
    const int32_t blocks = count / 4;
    if (blocks > 0) {
        cg_matmul_four(&state, input, step, 4, blocks, output, outputs);
    }
    if (count % 4 != 0) {
        cg_matmul_four(&state, input + 4 * (ptrdiff_t)blocks * step, step, count % 4, 1,
                       output + 4 * (ptrdiff_t)blocks * outputs, outputs);
    }
}

#endif
