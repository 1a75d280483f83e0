/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_softmax_s16.h"

#include "cg_fixed_point.h"
#include "cg_greatest.h"
#include "cg_requantize.h"

/* Linear interpolation between the 513 values at -32768, -32640, ..., 32768. */
static int32_t cg_interpolated_s16(const int16_t *table, int32_t position) {
    const int32_t step = 256 + (position >> 7);
    const int32_t slope = table[step + 1] - table[step];
    return table[step] + ((slope * (position & 0x7F) + 64) >> 7);
}

/* Writes the exponentials to output and returns their sum, both Q.15. */
static int32_t cg_softmax_exps_s16(const cg_softmax_s16_params *params, const int16_t *exp_table, const int16_t *input,
                                   int16_t *output) {
    const int32_t greatest = cg_greatest_s16(input, params->row_size);
    int32_t sum = 0;
    for (int32_t i = 0; i < params->row_size; ++i) {
        const int32_t scaled = cg_requantize(input[i] - greatest, params->multiplier, params->shift);
        const int32_t position = cg_clamp_s32(cg_wrapping_add(scaled, INT16_MAX), INT16_MIN, INT16_MAX);
        output[i] = (int16_t)cg_interpolated_s16(exp_table, position);
        sum += output[i];
    }
    return sum;
}

void cg_softmax_s16(const cg_softmax_s16_params *params, const int16_t *exp_table, const int16_t *reciprocal_table,
                    const int16_t *input, int16_t *output) {
    for (int32_t row = 0; row < params->rows; ++row) {
        const int32_t sum = cg_softmax_exps_s16(params, exp_table, input, output);

        /* The sum is 2^bits * (1 + x): x in 16 bits, rounded, then around 0 as the table's position. The greatest
         * element alone adds 1, so there are at most 17 zeros in front. */
        const int32_t zeros = cg_count_leading_zeros((uint32_t)sum);
        const uint32_t normalized = ((uint32_t)sum << (uint32_t)(zeros - 1)) + (1u << 13);
        const int32_t position = cg_clamp_s32((int32_t)(normalized >> 14) - 98304, INT16_MIN, INT16_MAX);
        const int32_t reciprocal = cg_interpolated_s16(reciprocal_table, position);
        const int32_t shift = 31 - zeros;

        for (int32_t i = 0; i < params->row_size; ++i) {
            const int64_t product = (int64_t)output[i] * reciprocal + ((int64_t)1 << (shift - 1));
            output[i] = (int16_t)cg_clamp_s32((int32_t)(product >> shift), 0, INT16_MAX);
        }
        input += params->row_size;
        output += params->row_size;
    }
}
