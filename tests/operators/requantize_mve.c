/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares the requantization of MVE's kernels with the reference one on the emulated core: sums that
 * cg_matmul_x16_s8 makes (pixels in fours by cg_outputs_mve.h, single ones by cg_matvec_x16_s8) against
 * cg_requantize_s8. The input is a count and a seed, the output how many were compared and how many differ.
 *
 * A sum is bias + weight * pixel; 64 neighbouring pixels give neighbouring sums, most often around one where the result
 * changes. Factors, zero points and clamps are those for which codegen/operators/_mve/products.py says `careful` or
 * not.
 */
#include "cg_harness.h"
#include "cg_matmul_x16_s8.h"
#include "cg_requantize.h"

#include <stddef.h>

#define OUTPUTS 32
#define PIXELS 62 /* 60 in fours, two single ones */

typedef struct {
    uint32_t count; /* least number of sums */
    uint32_t seed;
} request;

typedef struct {
    uint32_t compared;
    uint32_t wrong;
} answer;

static request asked;
static answer found;
static uint64_t state;

static uint32_t next(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

static int32_t between(int32_t low, int32_t high) {
    return low + (int32_t)(next() % (uint32_t)(high - low + 1));
}

/* A sum within +-limit, near a step of the result for most. */
static int32_t any_sum(int32_t multiplier, int32_t shift, int32_t limit) {
    const uint32_t kind = next() % 8u;
    if (kind == 0u || multiplier == 0) {
        const int32_t most = limit >> (next() % 31u);
        return most == 0 ? 0 : (int32_t)((int64_t)(next() | (next() & 1u) << 31) % (2 * (int64_t)most + 1)) - most;
    }
    if (kind == 1u) {
        return next() % 2u != 0u ? limit : -limit;
    }
    const double step = (double)between(-300, 300) + (next() % 4u != 0u ? 0.5 : 0.0);
    const double sum = step * (double)((int64_t)1 << -shift) * 2147483648.0 / (double)multiplier;
    return sum > (double)limit ? limit : sum < -(double)limit ? -limit : (int32_t)sum;
}

/* The layer's numbers: bias, multiplier and shift of each output. */
static void make(cg_matmul_x16_s8_params *params, int8_t weights[OUTPUTS], int32_t factors[OUTPUTS][3]) {
    const uint32_t kind = next() % 4u;
    const int32_t zero_point = kind == 1u || next() % 4u == 0u ? -128 : between(-128, 127);
    const int only_positive = kind == 3u; /* then the clamp may be anywhere */

    params->depth = 1;
    params->outputs = OUTPUTS;
    params->pitch = OUTPUTS;
    params->output_offset = zero_point;
    params->careful = kind == 0u;
    params->activation_min = kind == 0u || only_positive ? between(-128, 100) : between(zero_point, 127);
    params->activation_max = between(params->activation_min, 127);
    if (kind == 1u || (kind == 0u && next() % 2u != 0u)) {
        params->activation_min = -128;
        params->activation_max = 127;
    }
    for (int32_t n = 0; n < OUTPUTS; ++n) {
        const int nothing = next() % 64u == 0u;
        const int32_t multiplier = nothing              ? 0
                                   : next() % 16u == 0u ? (next() % 2u != 0u ? 1 << 30 : INT32_MAX)
                                                        : (int32_t)((1u << 30) + (next() & 0x3FFFFFFFu));
        const int32_t shift = nothing ? 0 : -between(params->careful, next() % 4u == 0u ? 31 : 12);
        const int64_t most = params->careful || nothing ? INT32_MAX : (int64_t)(INT16_MAX - 131) << -shift;
        const int64_t limit = most < INT32_MAX ? most : INT32_MAX;
        const int32_t weight = next() % 4u != 0u || limit < 1 << 20 ? between(-1, 1) : between(-128, 127);
        const int32_t margin = 128 * (weight < 0 ? -weight : weight); /* what weight * pixel may add */
        int32_t sum = any_sum(multiplier, shift, (int32_t)(limit - (only_positive ? 2 : 1) * margin));
        if (only_positive) {
            sum = (sum < 0 ? -sum : sum) + margin;
        }
        weights[n] = (int8_t)weight;
        factors[n][0] = sum;
        factors[n][1] = multiplier;
        factors[n][2] = shift;
    }
}

/* Chunks of 16 behind zeros, those of two outputs in turn. */
static void compare(void) {
    static int8_t packed[OUTPUTS][16];
    static int8_t input[PIXELS];
    static int8_t output[PIXELS][OUTPUTS];
    static int32_t factors[OUTPUTS][3];
    cg_matmul_x16_s8_params params;
    int8_t weights[OUTPUTS];
    const int32_t first = between(-128, 127 - PIXELS);

    make(&params, weights, factors);
    for (int32_t n = 0; n < OUTPUTS; ++n) {
        packed[n][15] = weights[n];
    }
    for (int32_t p = 0; p < PIXELS; ++p) {
        input[p] = (int8_t)(first + p);
    }
    cg_matmul_x16_s8(&params, input, 1, PIXELS, &packed[0][0], &factors[0][0], NULL, &output[0][0]);
    for (int32_t n = 0; n < OUTPUTS; ++n) {
        for (int32_t p = 0; p < PIXELS; ++p) {
            const int32_t wanted = cg_requantize_s8(factors[n][0] + weights[n] * input[p], factors[n][1], factors[n][2],
                                                    params.output_offset, params.activation_min, params.activation_max);
            found.wrong += output[p][n] != wanted ? 1u : 0u;
        }
    }
    found.compared += OUTPUTS * PIXELS;
}

static int init(void) {
    return 0;
}

static int invoke(void) {
    state = asked.seed;
    found.compared = 0;
    found.wrong = 0;
    while (found.compared < asked.count) {
        compare();
    }
    return 0;
}

static void *input_of(int32_t index) {
    (void)index;
    return &asked;
}

static const void *output_of(int32_t index) {
    (void)index;
    return &found;
}

static const uint32_t input_bytes[] = {sizeof(request)};
static const uint32_t output_bytes[] = {sizeof(answer)};

const cg_model cg_model_under_test = {
    .name = "requantize",
    .inputs = 1,
    .outputs = 1,
    .input_bytes = input_bytes,
    .output_bytes = output_bytes,
    .init = init,
    .invoke = invoke,
    .input = input_of,
    .output = output_of,
};
