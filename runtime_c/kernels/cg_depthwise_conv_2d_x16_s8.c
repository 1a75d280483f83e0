/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

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
                                 const uint8_t *outputs, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
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

#include "cg_fill_s8.h"
#include "cg_outputs_mve.h"
#include "cg_patch_tiles_mve.h"

/* The call's constants. */
typedef struct {
    const cg_depthwise_conv_2d_x16_s8_params *params;
    const uint8_t *positions;
    const uint8_t *outputs;
    const int8_t *padding; /* a pixel of zero points */
    int8_t *nowhere;       /* where outputs go that there are not */
    int8_t *output;        /* row y0 */
    int32_t y0;
    int32_t y1;
} cg_patch_call;

/* Finds the pixels of a tile whose window begins at input column x, `rows` being its rows or NULL. */
static CG_NOINLINE void cg_patch_inputs(const cg_patch_call *call, cg_patch_place *place, const int8_t *const *rows,
                                        int32_t x) {
    const cg_depthwise_conv_2d_x16_s8_params *params = call->params;
    const uint32x4_t pairs = vidupq_n_u32(0, 2);
    const uint32x4_t padding = vdupq_n_u32((uint32_t)call->padding);
    const uint32x4_t width = vdupq_n_u32((uint32_t)params->input_width);
    const uint8_t *position = call->positions;
    uint16_t *lanes = place->inside;

    for (int32_t k = 0; k < 16 * params->patches; k += 4, position += 8) {
        const uint32x4_t row = vldrwq_gather_shifted_offset_u32((const uint32_t *)(const void *)rows,
                                                                vldrbq_gather_offset_u32(position, pairs));
        const uint32x4_t column = vaddq_n_u32(vldrbq_gather_offset_u32(position + 1, pairs), (uint32_t)x);
        const uint32x4_t address = vmlaq_n_u32(row, column, (uint32_t)params->channels);
        /* As a comparison of vectors: GCC 12 fails on one with the scalar 0. */
        const mve_pred16_t inside = (mve_pred16_t)(vcmphiq_u32(width, column) & vcmphiq_u32(row, vdupq_n_u32(0)));
        vstrwq_u32(&place->addresses[k], vpselq_u32(address, padding, inside));
        *lanes++ = inside;
    }
}

/* Finds the outputs of the tile at (y, x). */
static CG_NOINLINE void cg_patch_results(const cg_patch_call *call, cg_patch_place *place, int32_t y, int32_t x) {
    const cg_depthwise_conv_2d_x16_s8_params *params = call->params;
    const uint32_t rows = (uint32_t)cg_min_s32(call->y1 - y, params->tile_height);
    const uint32_t columns = (uint32_t)cg_min_s32(params->output_width - x, params->tile_width);
    const uint32_t first =
        (uint32_t)(call->output + ((ptrdiff_t)(y - call->y0) * params->output_width + x) * params->channels) - 4u;
    const uint32x4_t triples = vmulq_n_u32(vidupq_n_u32(0, 1), 3);
    const uint32x4_t row = vldrbq_gather_offset_u32(call->outputs, triples);
    const uint32x4_t column = vldrbq_gather_offset_u32(call->outputs + 1, triples);
    const uint32x4_t pixel = vmlaq_n_u32(column, row, (uint32_t)params->output_width);
    const uint32x4_t address = vmlaq_n_u32(vdupq_n_u32(first), pixel, (uint32_t)params->channels);
    const mve_pred16_t exists =
        (mve_pred16_t)(vcmphiq_u32(vdupq_n_u32(rows), row) & vcmphiq_u32(vdupq_n_u32(columns), column));
    vstrwq_u32(place->outputs, vpselq_u32(address, vdupq_n_u32((uint32_t)call->nowhere - 4u), exists));
    place->exists = exists;
}

/* Several tiles from a place on: those of a run have all of their columns. */
static void cg_patch_steps(const cg_patch_call *call, cg_patch_state *state, uint32_t step, uint32_t output_step) {
    const uint16_t *lanes = state->place->inside;
    for (int32_t k = 0; k < 16 * call->params->patches; k += 4) {
        vstrwq_u32(&state->steps[k], vpselq_u32(vdupq_n_u32(step), vdupq_n_u32(0), *lanes++));
    }
    vstrwq_u32(state->output_steps, vpselq_u32(vdupq_n_u32(output_step), vdupq_n_u32(0), state->place->exists));
}

/* Moves four addresses by `step`, but for those of lanes that are not in `lanes`. */
CG_INLINE void cg_patch_move(uint32_t *addresses, int32_t step, mve_pred16_t lanes) {
    const int32x4_t now = vreinterpretq_s32_u32(vldrwq_u32(addresses));
    vstrwq_u32(addresses, vreinterpretq_u32_s32(vaddq_m_n_s32(now, now, step, lanes)));
}

/* From a tile to the one below it, where both have all of their rows. */
CG_INLINE void cg_patch_down(cg_patch_place *place, int32_t patches, int32_t step, int32_t output_step) {
    const uint16_t *lanes = place->inside;
    uint32_t *address = place->addresses;
    for (int32_t k = 4 * patches; k > 0; --k, address += 4) {
        cg_patch_move(address, step, *lanes++);
    }
    cg_patch_move(place->outputs, output_step, place->exists);
}

/* How the tiles of one axis go on: those from `begin` to `last` have all of their window and outputs. */
typedef struct {
    int32_t step; /* of the window */
    int32_t count;
    int32_t begin;
    int32_t last;
} cg_patch_axis;

static CG_NOINLINE cg_patch_axis cg_patch_along(int32_t outputs, int32_t tile, int32_t stride, int32_t before,
                                                int32_t input, int32_t window) {
    cg_patch_axis axis;
    axis.step = tile * stride;
    axis.count = (outputs + tile - 1) / tile;
    axis.begin = before > 0 ? (before + axis.step - 1) / axis.step : 0;
    axis.last = input + before >= window ? cg_min_s32((input + before - window) / axis.step, outputs / tile - 1) : -1;
    return axis;
}

/* How often tiles along the axis begin anew. */
static int32_t cg_patch_runs(const cg_patch_axis *axis) {
    return axis->count - cg_max_s32(axis->last - axis->begin, 0);
}

/* How many tiles from `tile` on can be computed in one go. */
static int32_t cg_patch_run(const cg_patch_axis *axis, int32_t tile) {
    return tile >= axis->begin && tile <= axis->last ? axis->last - tile + 1 : 1;
}

/* Places that are kept from one row of tiles for the next one: at the left, in the middle, and at the right. */
#define CG_PATCH_PLACES 3

static void cg_patch_tiles(const cg_patch_call *call, cg_patch_state *state, const cg_rows *input) {
    const cg_depthwise_conv_2d_x16_s8_params *params = call->params;
    const int32_t channels = params->channels;
    const int32_t top = call->y0 * params->stride_height - params->pad_top;
    const cg_patch_axis down = cg_patch_along(call->y1 - call->y0, params->tile_height, params->stride_height, -top,
                                              input->height, params->window_height);
    const cg_patch_axis across = cg_patch_along(params->output_width, params->tile_width, params->stride_width,
                                                params->pad_left, params->input_width, params->window_width);
    /* A ring's rows are no constant distance apart. */
    const int keeps = input->capacity == input->height && cg_patch_runs(&across) <= CG_PATCH_PLACES;
    const int8_t *rows[CG_DEPTHWISE_X16_ROWS];
    cg_patch_place places[CG_PATCH_PLACES];

    for (int32_t i = 0; i < down.count; ++i) {
        const int is_below = keeps && i > down.begin && i <= down.last;
        if (!is_below) {
            for (int32_t k = 0; k < params->window_height; ++k) {
                rows[k] = (const int8_t *)cg_row(input, top + i * down.step + k);
            }
        }
        for (int32_t j = 0, n = 0; j < across.count; j += state->tiles, ++n) {
            cg_patch_place *place = &places[cg_min_s32(n, CG_PATCH_PLACES - 1)];
            state->tiles = cg_patch_run(&across, j);
            state->place = place;
            if (is_below) {
                cg_patch_down(place, params->patches, down.step * input->pitch,
                              params->tile_height * params->output_width * channels);
            } else {
                cg_patch_inputs(call, place, rows, j * across.step - params->pad_left);
                cg_patch_results(call, place, call->y0 + i * params->tile_height, j * params->tile_width);
                if (state->tiles > 1) {
                    cg_patch_steps(call, state, (uint32_t)(across.step * channels),
                                   (uint32_t)(params->tile_width * channels));
                }
            }
            cg_patch_tiles_run(state);
        }
    }
}

void cg_depthwise_conv_2d_x16_s8(const cg_depthwise_conv_2d_x16_s8_params *params, const cg_rows *input,
                                 const int8_t *weights, const int32_t *factors, const uint8_t *positions,
                                 const uint8_t *outputs, int32_t y0, int32_t y1, void *scratch, int8_t *output) {
    cg_patch_call call = {params, positions, outputs, (int8_t *)scratch, (int8_t *)scratch + params->channels,
                          output, y0,        y1};
    cg_patch_state state;

    cg_fill_s8((int8_t *)scratch, params->input_zero_point, params->channels);
    for (int32_t k = 0; k < 4; ++k) {
        state.weights[k] = weights + params->shift - outputs[3 * k + 2];
    }
    state.path = cg_mve_path(params->careful, params->output_offset, params->activation_min, params->activation_max);
    state.factors = factors;
    state.patches = (uint32_t)params->patches;
    state.output_offset = params->output_offset;
    state.end_of_factors = factors + 3 * (ptrdiff_t)params->channels;
    state.self = &state;
    vstrbq_s8(state.most, vdupq_n_s8((int8_t)params->activation_max));
    vstrbq_s8(state.least, vdupq_n_s8((int8_t)params->activation_min));

    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        cg_patch_tiles(&call, &state, &image);
        call.output += (ptrdiff_t)(y1 - y0) * params->output_width * params->channels;
    }
}

#endif
