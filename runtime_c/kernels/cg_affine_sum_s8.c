/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_affine_sum_s8.h"

#include "cg_config.h"
#include "cg_dsp.h"
#include "cg_requantize.h"

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

/* 16 elements at a time, in four vectors. Of a shift by 16 or more, narrowing does 16. */
void cg_affine_sum_s8(const cg_affine_sum_s8_params *params, const int8_t *input1, const int8_t *input2, int32_t count,
                      int8_t *output) {
    const int32x4_t a = vdupq_n_s32(params->input1_factor);
    const int32_t b = params->input2_factor;
    const int32_t c = params->offset;
    const int32_t rest = 16 - params->shift;
    const int8x16_t low = vdupq_n_s8((int8_t)params->activation_min);
    const int8x16_t high = vdupq_n_s8((int8_t)params->activation_max);
    /* Narrowing interleaves the vectors: in a word are element k of the first, third, second and fourth. */
    const uint32x4_t words = vmulq_n_u32(vidupq_n_u32(0, 1), 0x01010101u);
    const uint8x16_t order = vreinterpretq_u8_u32(vaddq_n_u32(words, 0x0C040800u));

    /* `vector` of the sums that follow each other from element `at` on. */
#define CG_AFFINE_SUMS(vector, at)                                                                                     \
    int32x4_t vector = vmlasq_n_s32(vldrbq_s32(input1 + (at)), a, c);                                                  \
    vector = vmlaq_n_s32(vector, vldrbq_s32(input2 + (at)), b)
    for (int32_t vectors = count / 16; vectors > 0; --vectors, input1 += 16, input2 += 16, output += 16) {
        CG_AFFINE_SUMS(first, 0);
        CG_AFFINE_SUMS(second, 4);
        CG_AFFINE_SUMS(third, 8);
        CG_AFFINE_SUMS(fourth, 12);
        int16x8_t one = vshrnbq_n_s32(vreinterpretq_s16_s32(first), first, 16);
        int16x8_t other = vshrnbq_n_s32(vreinterpretq_s16_s32(third), third, 16);
        one = vshlq_r_s16(vshrntq_n_s32(one, second, 16), rest);
        other = vshlq_r_s16(vshrntq_n_s32(other, fourth, 16), rest);
        int8x16_t result = vqmovnbq_s16(vreinterpretq_s8_s16(one), one);
        result = vqmovntq_s16(result, other);
        vstrbq_scatter_offset_s8(output, order, vminq_s8(vmaxq_s8(result, low), high));
    }
#undef CG_AFFINE_SUMS
    for (int32_t k = 0; k < count % 16; ++k) {
        const int32_t sum = (input1[k] * params->input1_factor + input2[k] * b + c) >> params->shift;
        output[k] = (int8_t)cg_clamp_s32(sum, params->activation_min, params->activation_max);
    }
}

#else

/* One element; the bounds of int8 cost less than others. */
CG_INLINE int32_t cg_affine_sum(int32_t a, int32_t x1, int32_t b, int32_t x2, int32_t c, int32_t shift) {
    const int32_t sum = (x1 * a + x2 * b + c) >> shift;
#if CG_DSP
    int32_t result;
    __asm__("ssat %0, #8, %1" : "=r"(result) : "r"(sum));
    return result;
#else
    if (sum != (int8_t)sum) {
        return sum < 0 ? -128 : 127;
    }
    return sum;
#endif
}

void cg_affine_sum_s8(const cg_affine_sum_s8_params *params, const int8_t *input1, const int8_t *input2, int32_t count,
                      int8_t *output) {
    const int32_t a = params->input1_factor;
    const int32_t b = params->input2_factor;
    const int32_t c = params->offset;
    const int32_t shift = params->shift;
    const int32_t low = params->activation_min;
    const int32_t high = params->activation_max;
    int8_t *const end = output + count;
    if (low <= -128 && high >= 127) {
        int8_t *const last = output + (count & ~3);
        while (output != last) {
            const int8_t first = (int8_t)cg_affine_sum(a, input1[0], b, input2[0], c, shift);
            const int8_t second = (int8_t)cg_affine_sum(a, input1[1], b, input2[1], c, shift);
            const int8_t third = (int8_t)cg_affine_sum(a, input1[2], b, input2[2], c, shift);
            const int8_t fourth = (int8_t)cg_affine_sum(a, input1[3], b, input2[3], c, shift);
            output[0] = first;
            output[1] = second;
            output[2] = third;
            output[3] = fourth;
            input1 += 4;
            input2 += 4;
            output += 4;
        }
    }
    while (output != end) {
        int32_t sum = cg_affine_sum(a, *input1++, b, *input2++, c, shift);
        sum = sum < low ? low : sum;
        *output++ = (int8_t)(sum > high ? high : sum);
    }
}

#endif
