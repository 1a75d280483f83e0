/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ADD_N_S8_H
#define CG_ADD_N_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One input of ADD_N of int8: adds it to the sums of those before it; the first one (is_first not 0) begins them, the
 * last one (is_last not 0) requantizes them to the output.
 *
 * scratch holds count sums of int32_t and is kept between the calls of one operator.
 *
 * Bounds: count >= 0; input_offset in [-127, 128]; multiplier >= 0; shift in [-31, 0].
 *
 * Aliasing: nothing overlaps.
 *
 * Arithmetic: reference_ops::AddN of TFLite Micro, which begins with the offset where one would expect 0; its inputs'
 * factor is always 1/2, of a shift by 20.
 */
typedef struct {
    int32_t input_offset;
    int32_t output_offset;
    int32_t output_multiplier;
    int32_t output_shift;
} cg_add_n_s8_params;

void cg_add_n_s8(const cg_add_n_s8_params *params, const int8_t *input, int32_t count, int32_t is_first,
                 int32_t is_last, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ADD_N_S8_H */
