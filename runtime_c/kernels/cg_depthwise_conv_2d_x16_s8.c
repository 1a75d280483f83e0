/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_depthwise_conv_2d_x16_s8.h"

#include <stddef.h>

#include "cg_requantize.h"

#if !defined(__ARM_FEATURE_MVE)

/* Where a patch has input column x of a row, or zero points. */
static int32_t cg_patch_pixel(const cg_depthwise_conv_2d_x16_s8_params *params, const int8_t *row, int32_t x,
                              int32_t channel) {
    const int inside = row != NULL && x >= 0 && x < params->input_width;
    return inside ? row[(ptrdiff_t)x * params->channels + channel] : params->input_zero_point;
}

/* Output `number` of the tile at (y, x), all channels. */
static void cg_patch_output(const cg_depthwise_conv_2d_x16_s8_params *params, const cg_rows *rows,
                            const int8_t *weights, const int32_t *factors, const uint8_t *positions, int32_t y,
                            int32_t x, int32_t move, int8_t *output) {
    for (int32_t channel = 0; channel < params->channels; ++channel, factors += 3) {
        const int8_t *taps = weights + 16 * (ptrdiff_t)channel + params->shift - move;
        int32_t sum = 0;
        for (int32_t k = 0; k < 16; ++k) {
            const int8_t *row = (const int8_t *)cg_row(rows, y + positions[2 * k]);
            sum += cg_patch_pixel(params, row, x + positions[2 * k + 1], channel) * taps[k];
        }
        output[channel] = cg_requantize_s8(cg_wrapping_add(sum, factors[0]), factors[1], factors[2],
                                           params->output_offset, params->activation_min, params->activation_max);
    }
}

void cg_depthwise_conv_2d_x16_s8(const cg_depthwise_conv_2d_x16_s8_params *params, const cg_rows *input,
                                 const int8_t *weights, const int32_t *factors, const uint8_t *positions,
                                 const uint8_t *outputs, int32_t y0, int32_t y1, int8_t *scratch, int8_t *output) {
    const int32_t width = params->output_width;
    (void)scratch;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; y += params->tile_height) {
            for (int32_t x = 0; x < width; x += params->tile_width) {
                for (int32_t k = 0; k < 4; ++k) {
                    const int32_t row = y + outputs[3 * k];
                    const int32_t column = x + outputs[3 * k + 1];
                    if (outputs[3 * k] < params->tile_height && row < y1 && column < width) {
                        const uint8_t *patch = positions + (params->patches == 2 && k >= 2 ? 32 : 0);
                        cg_patch_output(params, &image, weights, factors, patch,
                                        y * params->stride_height - params->pad_top,
                                        x * params->stride_width - params->pad_left, outputs[3 * k + 2],
                                        output + ((ptrdiff_t)(row - y0) * width + column) * params->channels);
                    }
                }
            }
        }
        output += (ptrdiff_t)(y1 - y0) * width * params->channels;
    }
}

#else

#include <arm_mve.h>

#include "cg_copy_s8.h"
#include "cg_outputs_mve.h"

/*
 * Four channels at a time: a gather takes a word from each of four pixels, VLD4 turns 16 such words into four patches,
 * of a channel each, and VMLADAV makes one output of a patch: 9 of its 16 products count for a filter of 3 x 3.
 */
typedef struct {
    uint32_t addresses[32]; /* of the pixels of both patches, channel 0 */
    uint32_t steps[32];     /* to those of the next tile; 0 for padding */
    int8_t most[16];
    const int8_t *weights[4]; /* for each output */
    uint32_t careful;
    const int32_t *factors;
    const int32_t *next_factors;
    int32_t output_offset;
    const int32_t *end_of_factors;
    int32_t tiles;
    const void *self;
    uint32_t unused;
    uint32_t outputs[4]; /* less 4 bytes */
    uint32_t output_steps[4];
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

/* Frame, and the state on it, from r0. */
#define CG_PATCH_ENTER                                                                                                 \
    "mov r0, %[state]\n"                                                                                               \
    "push {r4-r11, lr}\n"                                                                                              \
    "sub sp, sp, #420\n"                                                                                               \
    "mov r1, sp\n"                                                                                                     \
    "mov r2, r0\n"                                                                                                     \
    "movs r3, #8\n"                                                                                                    \
    "1:\n"                                                                                                             \
    "vldrw.32 q0, [r2], #16\n"                                                                                         \
    "vstrw.32 q0, [r1], #16\n"                                                                                         \
    "subs r3, r3, #1\n"                                                                                                \
    "bne.n 1b\n"                                                                                                       \
    "vldrw.32 q0, [r0, #256]\n"                                                                                        \
    "vldrw.32 q1, [r0, #272]\n"                                                                                        \
    "vldrw.32 q2, [r0, #288]\n"                                                                                        \
    "vldrw.32 q3, [r0, #304]\n"                                                                                        \
    "vldrw.32 q4, [r0, #320]\n"                                                                                        \
    "vldrw.32 q6, [r0, #352]\n"                                                                                        \
    "vstrw.32 q0, [sp, #320]\n"                                                                                        \
    "vstrw.32 q1, [sp, #336]\n"                                                                                        \
    "vstrw.32 q2, [sp, #352]\n"                                                                                        \
    "vstrw.32 q3, [sp, #368]\n"                                                                                        \
    "vstrw.32 q4, [sp, #384]\n"                                                                                        \
    "ldr r2, [sp, #352]\n"                                                                                             \
    "adr.w r1, 8f\n"                                                                                                   \
    "cbz r2, 1f\n"                                                                                                     \
    "adr.w r1, 7f\n"                                                                                                   \
    "1:\n"                                                                                                             \
    "orr r1, r1, #1\n" /* an address of Thumb code */                                                                  \
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
    CG_MVE_SHIFTED("[sp, #352]", "r4", "r10", "r6", "r12")                                                             \
    "ldrd r0, r2, [sp, #364]\n"                                                                                        \
    CG_MVE_NARROWED("r0", "[sp, #320]", "q6")                                                                          \
    "adds r1, r1, #4\n"                                                                                                \
    "vstrw.32 q0, [q7, #4]!\n"                                                                                         \
    "cmp lr, r2\n"                                                                                                     \
    "bne.w 11b\n"

#define CG_PATCH_STEP(at, step)                                                                                        \
    "vldrw.32 q0, [sp, #" at "]\n"                                                                                     \
    "vldrw.32 q1, [r1, #" step "]\n"                                                                                   \
    "vadd.i32 q0, q0, q1\n"                                                                                            \
    "vstrw.32 q0, [sp, #" at "]\n"

#define CG_PATCH_FOUR_STEPS(at0, at1, at2, at3, step0, step1, step2, step3)                                            \
    CG_PATCH_STEP(at0, step0) CG_PATCH_STEP(at1, step1) CG_PATCH_STEP(at2, step2) CG_PATCH_STEP(at3, step3)

/* Ends the loop over tiles at label 13, else r1 is the state and outputs are those of the next tile. */
#define CG_PATCH_NEXT                                                                                                  \
    "ldrd r0, r1, [sp, #372]\n"                                                                                        \
    "subs r0, r0, #1\n"                                                                                                \
    "beq.n 13f\n"                                                                                                      \
    "str r0, [sp, #372]\n"                                                                                             \
    CG_PATCH_STEP("384", "336")

#define CG_PATCH_LEAVE                                                                                                 \
    "b.w 10b\n"                                                                                                        \
    "13:\n"                                                                                                            \
    "add sp, sp, #420\n"                                                                                               \
    "pop {r4-r11, lr}\n"

#define CG_PATCH_CLOBBERS "r0", "r1", "r2", "r3", "r12", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory"

/* Tiles of one patch, with four outputs. */
static void __attribute__((noinline)) cg_patch_tiles_of_one(const cg_patch_state *state) {
    __asm__ volatile(
        CG_PATCH_ENTER
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
        CG_PATCH_FOUR_STEPS("0", "16", "32", "48", "128", "144", "160", "176")
        CG_PATCH_LEAVE
        :
        : [state] "r"(state)
        : CG_PATCH_CLOBBERS);
}

/* Tiles of two patches, with two outputs each. */
static void __attribute__((noinline)) cg_patch_tiles_of_two(const cg_patch_state *state) {
    __asm__ volatile(
        CG_PATCH_ENTER
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
        CG_PATCH_FOUR_STEPS("0", "16", "32", "48", "128", "144", "160", "176")
        CG_PATCH_FOUR_STEPS("64", "80", "96", "112", "192", "208", "224", "240")
        CG_PATCH_LEAVE
        :
        : [state] "r"(state)
        : CG_PATCH_CLOBBERS);
}
/* clang-format on */

/* The call's constants. */
typedef struct {
    const cg_depthwise_conv_2d_x16_s8_params *params;
    const uint8_t *positions;
    const uint8_t *outputs;
    const int8_t *padding; /* a pixel of zero points */
    int8_t *nowhere;       /* where outputs go that there are not */
} cg_patch_call;

/* Addresses of the pixels of a tile whose window begins at input column x, `rows` being its rows or NULL. */
static void cg_patch_inputs(const cg_patch_call *call, cg_patch_state *state, const int8_t *const *rows, int32_t x) {
    const cg_depthwise_conv_2d_x16_s8_params *params = call->params;
    const uint32_t step = (uint32_t)(params->tile_width * params->stride_width * params->channels);
    const uint32x4_t pairs = vidupq_n_u32(0, 2);
    const uint32x4_t padding = vdupq_n_u32((uint32_t)call->padding);

    for (int32_t k = 0; k < 16 * params->patches; k += 4) {
        const uint8_t *positions = call->positions + 2 * (ptrdiff_t)k;
        const uint32x4_t row = vldrwq_gather_shifted_offset_u32((const uint32_t *)(const void *)rows,
                                                                vldrbq_gather_offset_u32(positions, pairs));
        const uint32x4_t column = vaddq_n_u32(vldrbq_gather_offset_u32(positions + 1, pairs), (uint32_t)x);
        const uint32x4_t address = vaddq_u32(row, vmulq_n_u32(column, (uint32_t)params->channels));
        const uint32x4_t width = vdupq_n_u32((uint32_t)params->input_width);
        /* As a comparison of vectors: GCC 12 fails on one with the scalar 0. */
        const mve_pred16_t inside = (mve_pred16_t)(vcmphiq_u32(width, column) & vcmphiq_u32(row, vdupq_n_u32(0)));
        vstrwq_u32(&state->addresses[k], vpselq_u32(address, padding, inside));
        vstrwq_u32(&state->steps[k], vpselq_u32(vdupq_n_u32(step), vdupq_n_u32(0), inside));
    }
}

/* Addresses of the outputs of the tile at `output`, of which `rows` and `columns` are left. */
static void cg_patch_results(const cg_patch_call *call, cg_patch_state *state, int8_t *output, int32_t rows,
                             int32_t columns) {
    const cg_depthwise_conv_2d_x16_s8_params *params = call->params;
    for (int32_t k = 0; k < 4; ++k) {
        const int32_t row = call->outputs[3 * k];
        const int32_t column = call->outputs[3 * k + 1];
        const int exists = row < rows && column < columns;
        const int8_t *place =
            exists ? output + ((ptrdiff_t)row * params->output_width + column) * params->channels : call->nowhere;
        state->outputs[k] = (uint32_t)place - 4;
        state->output_steps[k] = exists ? (uint32_t)(params->tile_width * params->channels) : 0;
    }
}

/* A row of tiles: those whose windows lie in the input's columns in one go, the others one by one. */
static void cg_patch_row(const cg_patch_call *call, cg_patch_state *state, const int8_t *const *rows, int8_t *output,
                         int32_t rows_left) {
    const cg_depthwise_conv_2d_x16_s8_params *params = call->params;
    const int32_t step = params->tile_width * params->stride_width;
    const int32_t last = cg_min_s32((params->input_width - params->window_width + params->pad_left) / step,
                                    params->output_width / params->tile_width - 1);
    const int32_t begin = (params->pad_left + step - 1) / step;
    const int fits = params->input_width + params->pad_left >= params->window_width;

    for (int32_t tile = 0, tiles; tile * params->tile_width < params->output_width; tile += tiles) {
        tiles = fits && tile >= begin && tile <= last ? last - tile + 1 : 1;
        state->tiles = tiles;
        cg_patch_inputs(call, state, rows, tile * step - params->pad_left);
        cg_patch_results(call, state, output + (ptrdiff_t)tile * params->tile_width * params->channels, rows_left,
                         cg_min_s32(params->output_width - tile * params->tile_width, params->tile_width));
        if (params->patches == 1) {
            cg_patch_tiles_of_one(state);
        } else {
            cg_patch_tiles_of_two(state);
        }
    }
}

void cg_depthwise_conv_2d_x16_s8(const cg_depthwise_conv_2d_x16_s8_params *params, const cg_rows *input,
                                 const int8_t *weights, const int32_t *factors, const uint8_t *positions,
                                 const uint8_t *outputs, int32_t y0, int32_t y1, int8_t *scratch, int8_t *output) {
    const cg_patch_call call = {params, positions, outputs, scratch, scratch + params->channels};
    const int8_t *rows[CG_DEPTHWISE_X16_ROWS];
    cg_patch_state state;

    cg_fill_s8(scratch, params->input_zero_point, params->channels);
    for (int32_t k = 0; k < 4; ++k) {
        state.weights[k] = weights + params->shift - outputs[3 * k + 2];
    }
    state.careful = (uint32_t)params->careful;
    state.factors = factors;
    state.next_factors = factors;
    state.output_offset = params->output_offset;
    state.end_of_factors = factors + 3 * (ptrdiff_t)params->channels;
    state.self = &state;
    state.unused = 0;
    vstrbq_s8(state.most, vdupq_n_s8((int8_t)params->activation_max));
    vstrbq_s8(state.least, vdupq_n_s8((int8_t)params->activation_min));

    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; y += params->tile_height) {
            for (int32_t k = 0; k < params->window_height; ++k) {
                rows[k] = (const int8_t *)cg_row(&image, y * params->stride_height - params->pad_top + k);
            }
            cg_patch_row(&call, &state, rows, output + (ptrdiff_t)(y - y0) * params->output_width * params->channels,
                         cg_min_s32(y1 - y, params->tile_height));
        }
        output += (ptrdiff_t)(y1 - y0) * params->output_width * params->channels;
    }
}

#endif
