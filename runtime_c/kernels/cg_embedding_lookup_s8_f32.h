/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_EMBEDDING_LOOKUP_S8_F32_H
#define CG_EMBEDDING_LOOKUP_S8_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * EMBEDDING_LOOKUP of int8 rows into float: scale * q for each element of the rows that `indices` names.
 *
 *   rows, columns  shape of the table
 *   count          rows of the output
 *
 * Rows outside of the table are taken as the nearest that is inside; TFLite Micro stops with an error.
 *
 * Bounds: all numbers >= 1.
 *
 * Aliasing: output must not overlap table or indices.
 *
 * Arithmetic: EvalHybrid of TFLite Micro's embedding_lookup.cc: one product in float, so the results are equal.
 */
void cg_embedding_lookup_s8_f32(const int8_t *table, int32_t rows, int32_t columns, float scale, const int32_t *indices,
                                int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_EMBEDDING_LOOKUP_S8_F32_H */
