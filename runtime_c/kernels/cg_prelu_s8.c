/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_prelu_s8.h"

#include "cg_product.h"

#if defined(__ARM_FEATURE_MVE)

#include "cg_requantize_mve.h"

/* Shifts to the right. Eight elements at a time; of the innermost dimension, steps are 0 or 1. */
static void cg_prelu_short(const cg_prelu_params *params, const int8_t *run1, int32_t step1, const int8_t *run2,
                           int32_t step2, int32_t count, int8_t *output) {
    /* A copy that no store through output can change. */
    const cg_prelu_params local = *params;
    int8_t repeated[2][8];
    run1 = cg_run_of_eights(run1, step1, repeated[0]);
    run2 = cg_run_of_eights(run2, step2, repeated[1]);
    step1 *= 8;
    step2 *= 8;
    for (int32_t eights = (count + 7) / 8; eights > 0; --eights, run1 += step1, run2 += step2, output += 8) {
        const mve_pred16_t lanes = vctp16q((uint32_t)count);
        const int16x8_t value = vaddq_n_s16(vldrbq_z_s16(run1, lanes), (int16_t)local.input_offset);
        const int16x8_t alpha = vaddq_n_s16(vldrbq_z_s16(run2, lanes), (int16_t)local.alpha_offset);
        const mve_pred16_t negative = vcmpltq_n_s16(value, 0);
        int16x8_t plain = vqmovnbq_s32(
            value, cg_requantize_right(vmovlbq_s16(value), local.identity_multiplier, local.identity_shift));
        plain = vqmovntq_s32(plain,
                             cg_requantize_right(vmovltq_s16(value), local.identity_multiplier, local.identity_shift));
        int16x8_t scaled = vqmovnbq_s32(
            value, cg_requantize_right(vmullbq_int_s16(value, alpha), local.alpha_multiplier, local.alpha_shift));
        scaled = vqmovntq_s32(
            scaled, cg_requantize_right(vmulltq_int_s16(value, alpha), local.alpha_multiplier, local.alpha_shift));
        int16x8_t result = vqaddq_n_s16(vpselq_s16(scaled, plain, negative), (int16_t)local.output_offset);
        result = vminq_s16(vmaxq_s16(result, vdupq_n_s16(-128)), vdupq_n_s16(127));
        vstrbq_p_s16(output, result, lanes);
        count -= 8;
    }
}

#else

/* Shifts to the right, and products of less than 2^17: cg_prelu_element in fewer instructions. */
static void cg_prelu_short(const cg_prelu_params *params, const int8_t *run1, int32_t step1, const int8_t *run2,
                           int32_t step2, int32_t count, int8_t *output) {
    /* A copy that no store through output can change, so that it stays in registers. */
    const cg_prelu_params local = *params;
    for (int8_t *const end = output + count; output != end; run1 += step1, run2 += step2) {
        int32_t value = *run1 + local.input_offset;
        int32_t multiplier = local.identity_multiplier;
        int32_t shift = -local.identity_shift;
        if (value < 0) {
            value *= *run2 + local.alpha_offset;
            multiplier = local.alpha_multiplier;
            shift = -local.alpha_shift;
        }
        const int32_t high = cg_product_high(value, multiplier);
        int32_t result = high;
        if (shift > 0) {
            result = (high + (high >> 31) + ((int32_t)1 << (shift - 1))) >> shift;
        }
        *output++ = (int8_t)cg_clamp_s32(result + local.output_offset, -128, 127);
    }
}

#endif

static void cg_prelu_run(const cg_prelu_params *params, const int8_t *run1, int32_t step1, const int8_t *run2,
                         int32_t step2, int32_t count, int8_t *output) {
    if (params->identity_shift <= 0 && params->alpha_shift <= 0) {
        cg_prelu_short(params, run1, step1, run2, step2, count, output);
        return;
    }
    for (int32_t k = 0; k < count; ++k) {
        output[k] = (int8_t)cg_clamp_s32(cg_prelu_element(params, run1[k * step1], run2[k * step2]), -128, 127);
    }
}

void cg_prelu_s8(const cg_broadcast *shape, const cg_prelu_params *params, const int8_t *input1, const int8_t *input2,
                 int8_t *output) {
    CG_BROADCAST_RUNS(shape, int8_t, input1, int8_t, input2, output, cg_prelu_run, params);
}
