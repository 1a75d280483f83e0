/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MINIMUM_S16_H
#define CG_MINIMUM_S16_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * MINIMUM of two int16 tensors, broadcast to each other. Quantized values are compared as they are.
 *
 * Bounds: dimensions >= 1.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: MinimumOp of TFLite Micro.
 */
void cg_minimum_s16(const cg_broadcast *shape, const int16_t *input1, const int16_t *input2, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MINIMUM_S16_H */
