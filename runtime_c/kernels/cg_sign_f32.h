/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGN_F32_H
#define CG_SIGN_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SIGN: -1 for x < 0, 1 for x > 0, else x (zeros keep their sign).
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: Sign of LiteRT.
 */
void cg_sign_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGN_F32_H */
