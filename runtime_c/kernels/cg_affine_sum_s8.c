/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_affine_sum_s8.h"

#include "cg_config.h"
#include "cg_dsp.h"

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
