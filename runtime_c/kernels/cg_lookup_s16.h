/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LOOKUP_S16_H
#define CG_LOOKUP_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A function of int16 by interpolation: table[k] is its value at 128 * (k - 256), k from 0 to 512.
 *
 * Bounds: count >= 0; values between two entries of the table are those on the line, rounded, so within int16.
 *
 * Aliasing: input and output may be the same array; otherwise they must not overlap.
 *
 * Arithmetic: LUTLookup of TFLite for int16.
 */
void cg_lookup_s16(const int16_t *table, const int16_t *input, int32_t count, int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LOOKUP_S16_H */
