/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SOFTMAX_S16_H
#define CG_SOFTMAX_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SOFTMAX of int16 over the innermost dimension: input and output are [rows][row_size]; the output has scale 1/32768
 * and zero point 0.
 *
 * multiplier and shift scale a difference to the row's maximum so that -65535 stands for -10. exp_table has e^x for x
 * in [-10, 0], reciprocal_table 1 / (1 + x) for x in [0, 1], each in 512 steps and as Q0.15.
 *
 * Bounds: rows >= 0; 1 <= row_size <= 65535, so that the sum fits; multiplier >= 0; shift in [-31, 31]. The tables are
 * monotonous, and neighbours differ by less than 2^15.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::SoftmaxInt16 of TFLite Micro.
 */
typedef struct {
    int32_t rows;
    int32_t row_size;
    int32_t multiplier;
    int32_t shift;
} cg_softmax_s16_params;

void cg_softmax_s16(const cg_softmax_s16_params *params, const int16_t *exp_table, const int16_t *reciprocal_table,
                    const int16_t *input, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SOFTMAX_S16_H */
