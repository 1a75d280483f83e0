/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_channel_sums_s8.h"

#include <stddef.h>
#include <string.h>

#include "cg_dsp.h"
#include "cg_requantize.h"

#define CG_SUMS_RUN 256 /* elements of int8 whose sum fits 16 bits */

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

/* Eight channels or fewer. */
static CG_NOINLINE int16x8_t cg_sums_of_eight(const int8_t *pixel, int32_t step, int32_t pixels, int32_t channels) {
    int16x8_t sum = vdupq_n_s16(0);
    if (channels >= 8) {
        for (; pixels > 0; --pixels, pixel += step) {
            sum = vaddq_s16(sum, vldrbq_s16(pixel));
        }
    } else {
        const mve_pred16_t lanes = vctp16q((uint32_t)channels);
        for (; pixels > 0; --pixels, pixel += step) {
            sum = vaddq_s16(sum, vldrbq_z_s16(pixel, lanes));
        }
    }
    return sum;
}

void cg_channel_sums_s8(int32_t *sums, const int8_t *input, int32_t step, int32_t pixels, int32_t channels) {
    for (; pixels > 0; pixels -= CG_SUMS_RUN, input += (ptrdiff_t)CG_SUMS_RUN * step) {
        for (int32_t channel = 0; channel < channels; channel += 8) {
            const int32_t left = channels - channel;
            const int16x8_t sum = cg_sums_of_eight(input + channel, step, cg_min_s32(pixels, CG_SUMS_RUN), left);
            int16_t lanes[8];
            vstrhq_s16(lanes, sum);
            for (int32_t k = 0; k < 8; k += 4) {
                const mve_pred16_t there = vctp32q((uint32_t)cg_max_s32(left - k, 0));
                int32_t *const at = sums + channel + k;
                vstrwq_p_s32(at, vaddq_s32(vldrwq_z_s32(at, there), vldrhq_s32(lanes + k)), there);
            }
        }
    }
}

#else

#if CG_DSP

/* Four channels, the sums of two in a word while they fit. */
static void cg_sums_of_four(int32_t *sums, const int8_t *pixel, int32_t step, int32_t pixels) {
    for (; pixels > 0; pixels -= CG_SUMS_RUN) {
        uint32_t even = 0;
        uint32_t odd = 0;
        for (int32_t k = cg_min_s32(pixels, CG_SUMS_RUN); k > 0; --k, pixel += step) {
            uint32_t bytes;
            memcpy(&bytes, pixel, sizeof(bytes));
            __asm__("sxtab16 %0, %0, %1" : "+r"(even) : "r"(bytes));
            __asm__("sxtab16 %0, %0, %1, ror #8" : "+r"(odd) : "r"(bytes));
        }
        sums[0] = cg_wrapping_add(sums[0], cg_low_half(even));
        sums[1] = cg_wrapping_add(sums[1], cg_low_half(odd));
        sums[2] = cg_wrapping_add(sums[2], cg_high_half(even));
        sums[3] = cg_wrapping_add(sums[3], cg_high_half(odd));
    }
}

#else

/* Four channels. */
static void cg_sums_of_four(int32_t *sums, const int8_t *pixel, int32_t step, int32_t pixels) {
    int32_t first = sums[0];
    int32_t second = sums[1];
    int32_t third = sums[2];
    int32_t fourth = sums[3];
    for (; pixels > 0; --pixels, pixel += step) {
        first = cg_wrapping_add(first, pixel[0]);
        second = cg_wrapping_add(second, pixel[1]);
        third = cg_wrapping_add(third, pixel[2]);
        fourth = cg_wrapping_add(fourth, pixel[3]);
    }
    sums[0] = first;
    sums[1] = second;
    sums[2] = third;
    sums[3] = fourth;
}

#endif

void cg_channel_sums_s8(int32_t *sums, const int8_t *input, int32_t step, int32_t pixels, int32_t channels) {
    for (; channels >= 4; channels -= 4, input += 4, sums += 4) {
        cg_sums_of_four(sums, input, step, pixels);
    }
    for (; channels > 0; --channels, ++input, ++sums) {
        int32_t sum = *sums;
        for (int32_t k = 0; k < pixels; ++k) {
            sum = cg_wrapping_add(sum, input[(ptrdiff_t)k * step]);
        }
        *sums = sum;
    }
}

#endif
