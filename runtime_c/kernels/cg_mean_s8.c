/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_mean_s8.h"

#include "cg_channel_sums_s8.h"
#include "cg_requantize.h"

#define CG_MEAN_CHANNELS 16 /* computed together */

/* Extent and distance in elements of the positions to visit along each dimension. */
typedef struct {
    int32_t dims[5];
    int32_t strides[5];
} cg_mean_span;

/* Sum of the elements that one output is made of. */
static int32_t cg_mean_sum(const cg_mean_span *span, const int8_t *input) {
    const int32_t *dims = span->dims;
    const int32_t *strides = span->strides;
    int32_t sum = 0;
    for (int32_t i0 = 0; i0 < dims[0]; ++i0) {
        for (int32_t i1 = 0; i1 < dims[1]; ++i1) {
            for (int32_t i2 = 0; i2 < dims[2]; ++i2) {
                for (int32_t i3 = 0; i3 < dims[3]; ++i3) {
                    const int8_t *run = input + i0 * strides[0] + i1 * strides[1] + i2 * strides[2] + i3 * strides[3];
                    for (int32_t i4 = 0; i4 < dims[4]; ++i4) {
                        sum = cg_wrapping_add(sum, run[i4 * strides[4]]);
                    }
                }
            }
        }
    }
    return sum;
}

/* The innermost dimension is kept, the one before it is the only one that is summed up: as of height and width. The
 * output lies apart from the input. */
static void cg_mean_of_channels(const cg_mean_s8_params *params, int32_t sum_offset, const int8_t *input,
                                int8_t *output) {
    const int32_t images = params->dims[0] * params->dims[1] * params->dims[2];
    const int32_t pixels = params->dims[3];
    const int32_t channels = params->dims[4];

    for (int32_t n = 0; n < images; ++n) {
        for (int32_t channel = 0; channel < channels; channel += CG_MEAN_CHANNELS) {
            const int32_t count = cg_min_s32(channels - channel, CG_MEAN_CHANNELS);
            int32_t sums[CG_MEAN_CHANNELS];
            for (int32_t k = 0; k < count; ++k) {
                sums[k] = sum_offset;
            }
            cg_channel_sums_s8(sums, input + channel, channels, pixels, count);
            for (int32_t k = 0; k < count; ++k) {
                *output++ =
                    cg_requantize_s8(sums[k], params->multiplier, params->shift, params->output_offset, -128, 127);
            }
        }
        input += pixels * channels;
    }
}

void cg_mean_s8(const cg_mean_s8_params *params, const int8_t *input, int8_t *output) {
    cg_mean_span summed;
    cg_mean_span kept;
    uint32_t count = 1;
    int32_t stride = 1;

    for (int d = 4; d >= 0; --d) {
        const int32_t dim = params->dims[d];
        summed.dims[d] = params->reduced[d] ? dim : 1;
        kept.dims[d] = params->reduced[d] ? 1 : dim;
        summed.strides[d] = stride;
        kept.strides[d] = stride;
        count *= (uint32_t)summed.dims[d];
        stride *= dim;
    }
    const int32_t sum_offset = (int32_t)(count * (uint32_t)params->input_offset);
    if (params->reduced[3] && !params->reduced[4] && count == (uint32_t)params->dims[3]) {
        cg_mean_of_channels(params, sum_offset, input, output);
        return;
    }

    for (int32_t i0 = 0; i0 < kept.dims[0]; ++i0) {
        for (int32_t i1 = 0; i1 < kept.dims[1]; ++i1) {
            for (int32_t i2 = 0; i2 < kept.dims[2]; ++i2) {
                for (int32_t i3 = 0; i3 < kept.dims[3]; ++i3) {
                    for (int32_t i4 = 0; i4 < kept.dims[4]; ++i4) {
                        const int8_t *first = input + i0 * kept.strides[0] + i1 * kept.strides[1] +
                                              i2 * kept.strides[2] + i3 * kept.strides[3] + i4 * kept.strides[4];
                        const int32_t sum = cg_wrapping_add(cg_mean_sum(&summed, first), sum_offset);
                        *output++ =
                            cg_requantize_s8(sum, params->multiplier, params->shift, params->output_offset, -128, 127);
                    }
                }
            }
        }
    }
}
