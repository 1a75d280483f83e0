/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_quantize_f32_s8.h"

#include "cg_requantize.h"

/* Rounds to nearest, halves away from zero, like roundf; for |value| < 2^22, where the fraction is exact. Saves the
 * mathematical library. */
static int32_t cg_round_half_away(float value) {
    const int32_t whole = (int32_t)value;
    const float fraction = value - (float)whole;
    if (fraction >= 0.5f) {
        return whole + 1;
    }
    if (fraction <= -0.5f) {
        return whole - 1;
    }
    return whole;
}

void cg_quantize_f32_s8(const float *input, int32_t count, float scale, int32_t zero_point, int8_t *output) {
    /* Beyond this every zero point of 8 bits leads out of range; cut here, the conversion to an integer is defined. */
    const float limit = 512.0f;

    for (int32_t i = 0; i < count; ++i) {
        float value = input[i] / scale;
        if (!(value > -limit)) { /* also if it is not a number */
            value = -limit;
        } else if (value > limit) {
            value = limit;
        }
        output[i] = (int8_t)cg_clamp_s32(cg_round_half_away(value) + zero_point, -128, 127);
    }
}
