/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CIRCULAR_BUFFER_H
#define CG_CIRCULAR_BUFFER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CIRCULAR_BUFFER: output becomes its frames but the first, then the input.
 *
 *   cycles   the model goes on at every cycles-th call: *is_due is 1 then, else 0
 *   count    calls since it went on: the state, 0 at first
 *
 * Bounds: slots, frame, cycles >= 1. count and is_due are not touched if cycles is 1.
 *
 * Aliasing: nothing may overlap.
 *
 * Source: circular_buffer.cc of TFLite Micro.
 */
void cg_circular_buffer(const int8_t *input, int32_t slots, int32_t frame, int32_t cycles, int8_t *output,
                        int32_t *count, uint8_t *is_due);

#ifdef __cplusplus
}
#endif

#endif /* CG_CIRCULAR_BUFFER_H */
