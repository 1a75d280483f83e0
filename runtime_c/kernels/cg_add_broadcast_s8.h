/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ADD_BROADCAST_S8_H
#define CG_ADD_BROADCAST_S8_H

#include <stdint.h>

#include "cg_add_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ADD of two int8 tensors of up to 6 dimensions, either of which may be repeated along dimensions of the output.
 *
 *   dims     the output's shape, outermost first; unused dimensions (in front) are 1
 *   strides  elements from one position to the next along each dimension; 0 repeats the input
 *   output   contiguous
 *
 * Bounds: as cg_add_s8; dimensions >= 1.
 *
 * Aliasing: output may be equal to an input that is not repeated and contiguous (elements are read just before the
 * element of the output is written, in raster order); otherwise it must not overlap the inputs.
 *
 * Arithmetic: as cg_add_s8; reference_integer_ops::BroadcastAdd6DSlow of TFLite Micro.
 */
typedef struct {
    cg_add_s8_params add;
    int32_t dims[6];
    int32_t input1_strides[6];
    int32_t input2_strides[6];
} cg_add_broadcast_s8_params;

void cg_add_broadcast_s8(const cg_add_broadcast_s8_params *params, const int8_t *input1, const int8_t *input2,
                         int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ADD_BROADCAST_S8_H */
