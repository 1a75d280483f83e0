/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FULLY_CONNECTED_S16_B32_H
#define CG_FULLY_CONNECTED_S16_B32_H

#include <stdint.h>

#include "cg_fully_connected_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FULLY_CONNECTED of int16 with int8 weights and sums of 32 bits, quantized per tensor or per unit.
 *
 * Arrays and aliasing: as cg_fully_connected_s8; the bias, NULL for none, has 32 bits.
 *
 * Bounds: dimensions >= 1; quant_step 0 or 1; filter_offset is 0; the other offsets and the activation range are those
 * of int16. The sum wraps.
 *
 * Arithmetic: reference_integer_ops::FullyConnected and FullyConnectedPerChannel of TFLite Micro.
 */
void cg_fully_connected_s16_b32(const cg_fully_connected_s8_params *params, const int16_t *input, const int8_t *weights,
                                const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FULLY_CONNECTED_S16_B32_H */
