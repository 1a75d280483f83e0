/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_mul_s8.h"

#if defined(__ARM_FEATURE_MVE)

#include "cg_requantize_mve.h"

/* Shifts to the right. Eight elements at a time; of the innermost dimension, steps are 0 or 1. */
static void cg_mul_short(const cg_product_params *params, const int8_t *run1, int32_t step1, const int8_t *run2,
                         int32_t step2, int32_t count, int8_t *output) {
    /* Copies that no store through output can change. */
    const int16x8_t offset1 = vdupq_n_s16((int16_t)params->input1_offset);
    const int16_t offset2 = (int16_t)params->input2_offset;
    const int32_t multiplier = params->output_multiplier;
    const int32_t shift = params->output_shift;
    const int16_t offset = (int16_t)params->output_offset;
    const int16x8_t low = vdupq_n_s16((int16_t)params->activation_min);
    const int16x8_t high = vdupq_n_s16((int16_t)params->activation_max);
    int8_t repeated[2][8];
    run1 = cg_run_of_eights(run1, step1, repeated[0]);
    run2 = cg_run_of_eights(run2, step2, repeated[1]);
    step1 *= 8;
    step2 *= 8;
    for (int32_t eights = (count + 7) / 8; eights > 0; --eights, run1 += step1, run2 += step2, output += 8) {
        const mve_pred16_t lanes = vctp16q((uint32_t)count);
        const int16x8_t first = vaddq_s16(vldrbq_z_s16(run1, lanes), offset1);
        const int16x8_t second = vaddq_n_s16(vldrbq_z_s16(run2, lanes), offset2);
        int16x8_t result = vqmovnbq_s32(first, cg_requantize_right(vmullbq_int_s16(first, second), multiplier, shift));
        result = vqmovntq_s32(result, cg_requantize_right(vmulltq_int_s16(first, second), multiplier, shift));
        result = vminq_s16(vmaxq_s16(vqaddq_n_s16(result, offset), low), high);
        vstrbq_p_s16(output, result, lanes);
        count -= 8;
    }
}

#else

/* Shifts to the right, and products of less than 2^17: cg_product_element in fewer instructions. */
static void cg_mul_short(const cg_product_params *params, const int8_t *run1, int32_t step1, const int8_t *run2,
                         int32_t step2, int32_t count, int8_t *output) {
    /* A copy that no store through output can change, so that it stays in registers. */
    const cg_product_params local = *params;
    const int32_t shift = -local.output_shift;
    const int32_t half = shift > 0 ? (int32_t)1 << (shift - 1) : 0;
    const int32_t care = shift > 0 ? -1 : 0;
    for (int8_t *const end = output + count; output != end; run1 += step1, run2 += step2) {
        const int32_t product = (*run1 + local.input1_offset) * (*run2 + local.input2_offset);
        const int32_t high = cg_product_high(product, local.output_multiplier);
        const int32_t result = ((high + ((high >> 31) & care) + half) >> shift) + local.output_offset;
        *output++ = (int8_t)cg_clamp_s32(result, local.activation_min, local.activation_max);
    }
}

#endif

static void cg_mul_run(const cg_product_params *params, const int8_t *run1, int32_t step1, const int8_t *run2,
                       int32_t step2, int32_t count, int8_t *output) {
    if (params->output_shift <= 0) {
        cg_mul_short(params, run1, step1, run2, step2, count, output);
        return;
    }
    for (int32_t k = 0; k < count; ++k) {
        output[k] = (int8_t)cg_product_element(params, run1[k * step1], run2[k * step2]);
    }
}

void cg_mul_s8(const cg_broadcast *shape, const cg_product_params *params, const int8_t *input1, const int8_t *input2,
               int8_t *output) {
    CG_BROADCAST_RUNS(shape, int8_t, input1, int8_t, input2, output, cg_mul_run, params);
}
