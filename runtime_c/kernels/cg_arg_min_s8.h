/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ARG_MIN_S8_H
#define CG_ARG_MIN_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ARG_MIN of int8 along one axis, as outer x size x inner elements: the first position of the least value.
 *
 * Positions are of int32 (index_bytes 4) or int64 (8).
 *
 * Bounds: outer, size, inner >= 1.
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: reference_ops::ArgMinMax of TFLite Micro.
 */
void cg_arg_min_s8(int32_t outer, int32_t size, int32_t inner, const int8_t *input, int32_t index_bytes, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ARG_MIN_S8_H */
