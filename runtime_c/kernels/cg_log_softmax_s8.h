/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LOG_SOFTMAX_S8_H
#define CG_LOG_SOFTMAX_S8_H

#include <stdint.h>

#include "cg_softmax.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * LOG_SOFTMAX of int8 over the innermost dimension, [rows][row_size], to scale 1/16 and zero point 127.
 *
 * multiplier, shift and diff_min of `softmax` are those of cg_softmax_s8_params. reverse_multiplier and reverse_shift
 * are the inverse of that factor; they say from which difference on the result is -128.
 *
 * Bounds: those of cg_softmax_s8_params, but shift in [1, 31]; reverse_multiplier >= 0; reverse_shift in [-31, 0].
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::LogSoftmax of TFLite Micro.
 */
typedef struct {
    cg_softmax_s8_params softmax;
    int32_t reverse_multiplier;
    int32_t reverse_shift;
} cg_log_softmax_s8_params;

void cg_log_softmax_s8(const cg_log_softmax_s8_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LOG_SOFTMAX_S8_H */
