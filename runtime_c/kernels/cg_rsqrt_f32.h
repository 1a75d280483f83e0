/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RSQRT_F32_H
#define CG_RSQRT_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * RSQRT: 1 / square root of x.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: RsqrtEval of TFLite Micro.
 */
void cg_rsqrt_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_RSQRT_F32_H */
