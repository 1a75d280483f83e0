/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RELU6_S16_H
#define CG_RELU6_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * RELU6 of int16: x in [low, high], the quantized 0 and 6. The upper bound wins where they cross.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: Relu6Quantized of TFLite Micro.
 */
void cg_relu6_s16(int32_t low, int32_t high, const int16_t *input, int32_t count, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_RELU6_S16_H */
