/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LOOKUP_S8_H
#define CG_LOOKUP_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A function of one int8 argument as a table: output = table[input + 128]. The compiler fills the 256 entries with
 * the arithmetic of the operator that they stand for.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap input or table.
 */
void cg_lookup_s8(const int8_t *table, const int8_t *input, int32_t count, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LOOKUP_S8_H */
