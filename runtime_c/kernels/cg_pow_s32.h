/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_POW_S32_H
#define CG_POW_S32_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * POW of two int32 tensors, broadcast to each other. Powers beyond 32 bits wrap. Where the reference stops at a
 * negative exponent, the result is the true one, rounded towards 0 (and 0 for 0).
 *
 * Bounds: dimensions >= 1.
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::Pow of LiteRT, for powers within 32 bits.
 */
void cg_pow_s32(const cg_broadcast *shape, const int32_t *input1, const int32_t *input2, int32_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_POW_S32_H */
