/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FULLY_CONNECTED_S4_H
#define CG_FULLY_CONNECTED_S4_H

#include <stdint.h>

#include "cg_fully_connected_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FULLY_CONNECTED of int8 with weights of 4 bits, quantized per tensor or per unit.
 *
 *   weights  [units][depth], two a byte: element 2k is the low half of byte k
 *
 * All else: as cg_fully_connected_s8, but filter_offset is 0.
 *
 * Arithmetic: reference_integer_ops::FullyConnected of TFLite Micro on the unpacked weights.
 */
void cg_fully_connected_s4(const cg_fully_connected_s8_params *params, const int8_t *input, const uint8_t *weights,
                           const int32_t *bias, const int32_t *multiplier, const int32_t *shift, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FULLY_CONNECTED_S4_H */
