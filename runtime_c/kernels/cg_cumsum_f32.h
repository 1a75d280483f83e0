/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CUMSUM_F32_H
#define CG_CUMSUM_F32_H

#include <stdint.h>

#include "cg_cumsum.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CUMSUM of float: outer x size x inner elements, summed up along size; from the end if reverse is not 0, without the
 * element itself if exclusive is not 0.
 *
 * Bounds: outer, size, inner >= 1.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_ops::CumSum of TFLite Micro.
 */
void cg_cumsum_f32(const cg_cumsum_params *params, const float *input, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_CUMSUM_F32_H */
