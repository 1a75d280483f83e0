/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_mean_sums_s8.h"

#include <string.h>

#include "cg_channel_sums_s8.h"
#include "cg_requantize.h"

void cg_mean_sums_s8(const cg_mean_sums_s8_params *params, const cg_rows *input, int32_t y0, int32_t y1, void *scratch,
                     int8_t *output) {
    const int32_t values = params->values;
    int32_t *sums = (int32_t *)scratch;

    if (y0 == 0) {
        (void)memset(sums, 0, (size_t)values * sizeof(*sums));
    }
    for (int32_t y = y0; y < y1; ++y) {
        cg_channel_sums_s8(sums, (const int8_t *)cg_row(input, y), values, params->width, values);
    }
    if (y1 == input->height) {
        for (int32_t value = 0; value < values; ++value) {
            const int32_t sum = cg_wrapping_add(sums[value], params->sum_offset);
            output[value] = cg_requantize_s8(sum, params->multiplier, params->shift, params->output_offset, -128, 127);
        }
    }
}
