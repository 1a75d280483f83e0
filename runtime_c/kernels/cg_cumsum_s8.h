/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CUMSUM_S8_H
#define CG_CUMSUM_S8_H

#include <stdint.h>

#include "cg_cumsum.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CUMSUM of int8: outer x size x inner elements, summed up along size; from the end if reverse is not 0, without the
 * element itself if exclusive is not 0.
 *
 * Bounds: outer, size, inner >= 1; input_offset in [-127, 128]; multiplier >= 0; shift in [-31, 0].
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::CumSum of TFLite Micro, which begins with the offset where one would expect 0; its input's
 * factor is always 1/2, of a shift by 20.
 */
typedef struct {
    cg_cumsum_params shape;
    int32_t input_offset;
    int32_t output_offset;
    int32_t output_multiplier;
    int32_t output_shift;
} cg_cumsum_s8_params;

void cg_cumsum_s8(const cg_cumsum_s8_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CUMSUM_S8_H */
