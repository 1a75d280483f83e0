/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SOFTMAX_S8_H
#define CG_SOFTMAX_S8_H

#include <stdint.h>

#include "cg_softmax.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SOFTMAX of int8 over the innermost dimension: input and output are [rows][row_size]; the output has scale 1/256 and
 * zero point -128.
 *
 * Bounds: those of cg_softmax_s8_params.
 *
 * Where 512 or more elements are near the maximum, the reference stops with a failed check (its last shift would be
 * 32 or more); here they give -128, the rounded value of 1/512 and less.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::Softmax of TFLite Micro.
 */
void cg_softmax_s8(const cg_softmax_s8_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SOFTMAX_S8_H */
