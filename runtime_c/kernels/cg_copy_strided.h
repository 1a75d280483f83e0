/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_COPY_STRIDED_H
#define CG_COPY_STRIDED_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Copies `rows` runs of row_bytes bytes, input_pitch bytes apart in the input and output_pitch bytes apart in the
 * output. Concatenation along any axis is one call per input; slices, splits and packs are the same.
 *
 * Bounds: rows >= 0; row_bytes >= 0.
 *
 * Aliasing: a run is moved as by memmove, and runs one after the other: output may overlap input where no byte is
 * written that a later run reads. Bytes between the runs are neither read nor written.
 */
void cg_copy_strided(const void *input, int32_t input_pitch, int32_t rows, int32_t row_bytes, void *output,
                     int32_t output_pitch);

#ifdef __cplusplus
}
#endif

#endif /* CG_COPY_STRIDED_H */
