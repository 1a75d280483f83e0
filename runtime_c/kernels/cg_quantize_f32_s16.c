/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_quantize_f32_s16.h"

#include "cg_requantize.h"

void cg_quantize_f32_s16(const float *input, int32_t count, float scale, int32_t zero_point, int16_t *output) {
    /* Beyond this every zero point of 16 bits leads out of range; below it the fraction of a float is exact. */
    const float limit = 131072.0f;

    for (int32_t i = 0; i < count; ++i) {
        float value = input[i] / scale;
        if (!(value > -limit)) { /* also if it is not a number */
            value = -limit;
        } else if (value > limit) {
            value = limit;
        }
        int32_t rounded = (int32_t)value;
        const float fraction = value - (float)rounded;
        rounded += (fraction >= 0.5f) - (fraction <= -0.5f);
        output[i] = (int16_t)cg_clamp_s32(rounded + zero_point, -32768, 32767);
    }
}
