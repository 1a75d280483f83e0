/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_small_conv_s8.h"

#include "cg_clamp_bytes.h"
#include "cg_dsp.h"

/* The window of an output pixel, with the zero point where it is padding and 0 behind its end. */
static CG_NOINLINE void cg_small_gather(const cg_small_conv *conv, const cg_rows *image, int32_t y, int32_t x,
                                        int8_t *to) {
    const cg_conv_2d_small_params *params = conv->params;
    int8_t *const end = to + conv->bytes;
    y = y * params->stride_height - params->pad_top;
    x = x * params->stride_width - params->pad_left;
    for (int32_t i = params->filter_height; i > 0; --i) {
        const int8_t *row = (const int8_t *)cg_row(image, y);
        int32_t column = x;
        for (int32_t taps = params->filter_width; taps > 0; --taps) {
            const int8_t *from = &params->input_zero_point;
            ptrdiff_t step = 0;
            if (row != NULL && column >= 0 && column < params->input_width) {
                from = row + (ptrdiff_t)column * params->input_channels;
                step = 1;
            }
            for (int32_t channel = params->input_channels; channel > 0; --channel) {
                *to++ = *from;
                from += step;
            }
            column += params->dilation_width;
        }
        y += params->dilation_height;
    }
    while (to != end) {
        *to++ = 0;
    }
}

/* The outputs of one channel: the sum of pixel 1 lies two behind that of pixel 0, its output `next` bytes behind. */
static CG_NOINLINE void cg_small_store(int32_t linear, const uint32_t *sum, const int32_t *channel, int32_t next,
                                       int8_t *output) {
    for (int32_t i = 2; i >= 0; i -= 2) {
        output[next] = cg_short_requantize_by(sum[i] << 8, channel[1], channel[2], channel[0] & 0xFF, linear);
        next = 0;
    }
}

/* The outputs of the gathered pixels: the second one is `next` bytes behind the first. Where there is none `next` is
 * 0, and what is written of it is written over. So is the partner of a last channel. */
static CG_NOINLINE void cg_small_outputs(cg_small_conv *conv, int32_t next, int8_t *output) {
    const int32_t *channel = conv->channels;
#if CG_DSP
    uint32_t *to = conv->widened;
    for (const int8_t *from = conv->windows; from != conv->windows + conv->bytes; from += 4) {
        cg_widen_quad(from, to);
        cg_widen_quad(from + conv->bytes, to + 2);
        to += 4;
    }
#endif
    conv->at = (const int8_t *)conv->weights;
    for (int32_t left = conv->params->output_channels; left > 0; left -= 2) {
        const int32_t partner = left > 1 ? 1 : 0;
        const int32_t *other = channel + 3 * partner;
        uint32_t sums[4];
        sums[0] = sums[2] = (uint32_t)(channel[0] >> 8);
        sums[1] = sums[3] = (uint32_t)(other[0] >> 8);
        conv->products(conv, partner, sums);
        cg_small_store(conv->params->linear, sums + partner, other, next, output + partner);
        cg_small_store(conv->params->linear, sums, channel, next, output);
        channel += 6;
        output += 2;
    }
}

void cg_small_conv_s8(cg_small_conv *conv, const cg_rows *input, int32_t y0, int32_t y1, void *scratch,
                      int8_t *output) {
    const cg_conv_2d_small_params *params = conv->params;
    const int32_t channels = params->output_channels;
    int8_t *const begin = output;
    int32_t gathered = 0;
    conv->bytes =
        ((ptrdiff_t)params->filter_height * params->filter_width * params->input_channels + 3) & ~(ptrdiff_t)3;
    conv->widened = (uint32_t *)scratch;
    conv->windows = (int8_t *)scratch + CG_DSP * 4 * conv->bytes;
    for (int32_t n = 0; n < params->batches; ++n) {
        const cg_rows image = cg_image_rows(input, n);
        for (int32_t y = y0; y < y1; ++y) {
            for (int32_t x = 0; x < params->output_width; ++x) {
                cg_small_gather(conv, &image, y, x, conv->windows + (gathered == 0 ? 0 : conv->bytes));
                gathered += channels;
                if (gathered > channels) {
                    cg_small_outputs(conv, channels, output);
                    output += gathered;
                    gathered = 0;
                }
            }
        }
    }
    if (gathered != 0) {
        cg_small_outputs(conv, 0, output);
    }
    cg_clamp_bytes(begin, output + gathered, params->activation_min, params->activation_max);
}
