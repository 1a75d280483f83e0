/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ABS_S16_H
#define CG_ABS_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ABS of int16: |x|, rescaled to the output and no greater than the type allows.
 *
 * Bounds: the zero points of input and output are 0; multiplier >= 0; shift in [-31, 31].
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: AbsEvalQuantized of TFLite Micro.
 */
void cg_abs_s16(int32_t multiplier, int32_t shift, const int16_t *input, int32_t count, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ABS_S16_H */
