/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_PRELU_S16_H
#define CG_PRELU_S16_H

#include <stdint.h>

#include "cg_broadcast.h"
#include "cg_prelu.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * PRELU of an int16 tensor (input1) with int8 alphas (input2), broadcast to each other.
 *
 * Bounds: dimensions >= 1; those of cg_prelu.h.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::BroadcastPrelu4DSlow of TFLite Micro.
 */
void cg_prelu_s16(const cg_broadcast *shape, const cg_prelu_params *params, const int16_t *input1, const int8_t *input2,
                  int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_PRELU_S16_H */
