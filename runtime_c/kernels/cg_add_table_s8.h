/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ADD_TABLE_S8_H
#define CG_ADD_TABLE_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ADD of int8 without broadcasting, where the input with the larger scale is multiplied by a power of two: the other
 * one, and both zero points, are a table. The sum is `plain` * 2^21 + table[other], which is 4 times the reference's.
 *
 *   table  256 words, by the other input's byte as unsigned
 *   multiplier, offset, shift  output = h >> shift saturated to int8, where h = (sum * multiplier) / 2^32 + offset,
 *          rounded down, and with `linear` less 2 where the sum is negative; the sum fits 32 bits
 *   activation_min, activation_max  bounds beyond the saturation
 *
 * Aliasing: the output may be either input; otherwise no overlap.
 *
 * Arithmetic: that of cg_add_s8; codegen/operators/_dsp/requantize.py proves the requantization.
 */
typedef struct {
    int32_t multiplier;
    int32_t offset;
    int32_t shift;
    int32_t linear;
    int32_t activation_min;
    int32_t activation_max;
} cg_add_table_s8_params;

void cg_add_table_s8(const cg_add_table_s8_params *params, const int32_t *table, const int8_t *plain,
                     const int8_t *other, int32_t count, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ADD_TABLE_S8_H */
