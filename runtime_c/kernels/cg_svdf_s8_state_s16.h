/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SVDF_S8_STATE_S16_H
#define CG_SVDF_S8_STATE_S16_H

#include <stdint.h>

#include "cg_svdf.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SVDF of int8 with weights of time and a state of int16; bounds are those of cg_svdf_params.
 *
 *   input            [batches][depth]
 *   weights_feature  [units][rank][depth]
 *   weights_time     [units][rank][memory]
 *   bias             [units], or NULL for none
 *   state            [batches][units][rank][memory], oldest first; becomes that of the next invocation
 *   output           [batches][units]
 *
 * Aliasing: neither the output nor the state may overlap anything else.
 *
 * Arithmetic: EvalIntegerSvdfReference of TFLite Micro, which ignores the fused activation. It moves the whole state by
 * one value; what thus goes from one filter to the next is overwritten there as well.
 */
void cg_svdf_s8_state_s16(const cg_svdf_params *params, const int8_t *input, const int8_t *weights_feature,
                          const int16_t *weights_time, const int32_t *bias, int16_t *state, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SVDF_S8_STATE_S16_H */
