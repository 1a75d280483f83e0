/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SVDF_H
#define CG_SVDF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cg_config.h"
#include "cg_dot.h"
#include "cg_requantize.h"
#include "cg_wrapping.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SVDF of int8 with a state of int8 or int16. Each filter remembers its last `memory` products with the input. A unit
 * is the bias and, for each of its `rank` filters, what the filter remembers times its weights of time.
 *
 * Bounds: sizes >= 1; multipliers and shifts as cg_requantize takes them; depth <= 65793, so that products with the
 * input fit 32 bits. The sums over time wrap.
 */
typedef struct {
    int32_t batches;
    int32_t depth;
    int32_t units;
    int32_t rank;
    int32_t memory;
    int32_t input_offset; /* minus the zero point */
    int32_t state_zero_point;
    int32_t state_multiplier;
    int32_t state_shift;
    int32_t output_multiplier;
    int32_t output_shift;
    int32_t output_zero_point;
} cg_svdf_params;

/* A filter's product with the input as a state of [low, high] stores it: the zero point is added to what was clamped,
 * and may take it out of the type. */
CG_INLINE int32_t cg_svdf_product(const cg_svdf_params *params, const int8_t *input, const int8_t *weights, int32_t low,
                                  int32_t high) {
    const int32_t sum = cg_dot_s8(input, weights, params->depth, params->input_offset);
    const int32_t product = cg_requantize(sum, params->state_multiplier, params->state_shift);
    return params->state_zero_point + cg_clamp_s32(product, low, high);
}

/* Defines the kernel `name` with a state of `type`, whose values are [low, high]. */
#define CG_SVDF_KERNEL(name, type, low, high)                                                                          \
    void name(const cg_svdf_params *params, const int8_t *input, const int8_t *weights_feature,                        \
              const type *weights_time, const int32_t *bias, type *state, int8_t *output) {                            \
        const int32_t memory = params->memory;                                                                         \
        for (int32_t batch = 0; batch < params->batches; ++batch) {                                                    \
            const int8_t *feature = weights_feature;                                                                   \
            const type *time = weights_time;                                                                           \
            for (int32_t unit = 0; unit < params->units; ++unit) {                                                     \
                int32_t sum = (bias != NULL) ? bias[unit] : 0;                                                         \
                for (int32_t filter = 0; filter < params->rank; ++filter) {                                            \
                    memmove(state, state + 1, (size_t)(memory - 1) * sizeof(type));                                    \
                    state[memory - 1] = (type)cg_svdf_product(params, input, feature, low, high);                      \
                    for (int32_t step = 0; step < memory; ++step) {                                                    \
                        const int32_t value = (int32_t)state[step] - params->state_zero_point;                         \
                        sum = cg_wrapping_add(sum, cg_wrapping_multiply(value, time[step]));                           \
                    }                                                                                                  \
                    feature += params->depth;                                                                          \
                    time += memory;                                                                                    \
                    state += memory;                                                                                   \
                }                                                                                                      \
                *output++ = cg_requantize_s8(sum, params->output_multiplier, params->output_shift,                     \
                                             params->output_zero_point, -128, 127);                                    \
            }                                                                                                          \
            input += params->depth;                                                                                    \
        }                                                                                                              \
    }

#ifdef __cplusplus
}
#endif

#endif /* CG_SVDF_H */
