/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SOFTMAX_S8_S16_H
#define CG_SOFTMAX_S8_S16_H

#include <stdint.h>

#include "cg_softmax.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SOFTMAX of int8 over the innermost dimension: input and output are [rows][row_size]; the output is int16 of scale
 * 1/65536 and zero point -32768.
 *
 * Bounds: those of cg_softmax_s8_params.
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: reference_ops::Softmax of TFLite Micro.
 */
void cg_softmax_s8_s16(const cg_softmax_s8_params *params, const int8_t *input, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SOFTMAX_S8_S16_H */
