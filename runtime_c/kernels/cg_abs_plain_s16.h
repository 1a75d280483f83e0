/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ABS_PLAIN_S16_H
#define CG_ABS_PLAIN_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ABS of int16 numbers that are not quantized; that of -32768 is not representable and stays -32768.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: AbsHelper of TFLite Micro.
 */
void cg_abs_plain_s16(const int16_t *input, int32_t count, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ABS_PLAIN_S16_H */
