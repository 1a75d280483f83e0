/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MEAN_S16_H
#define CG_MEAN_S16_H

#include <stdint.h>

#include "cg_reduce.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * MEAN and SUM of int16 over any axes. multiplier and shift are those of cg_mean_s8; sum_offset is the number of
 * elements of one output times the negative input zero point. Sums that do not fit 32 bits wrap, as they do in the
 * reference.
 *
 * Bounds and aliasing: those of cg_reduction.
 *
 * Arithmetic: reference_ops::QuantizedMeanOrSum of TFLite Micro.
 */
typedef struct {
    int32_t sum_offset;
    int32_t output_offset;
    int32_t multiplier;
    int32_t shift;
} cg_mean_s16_params;

void cg_mean_s16(const cg_reduction *reduction, const cg_mean_s16_params *params, const int16_t *input,
                 int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MEAN_S16_H */
