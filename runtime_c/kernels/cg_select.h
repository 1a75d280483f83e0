/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SELECT_H
#define CG_SELECT_H

#include <stdint.h>

#include "cg_broadcast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SELECT_V2: for each element, the bytes of x where the condition holds, else those of y; all three broadcast to each
 * other.
 *
 *   dims     the output's shape, outermost first; unused dimensions (in front) are 1
 *   *_strides  elements from one position to the next along each dimension; 0 repeats the input
 *   element_bytes  bytes of one element
 *
 * Bounds: dimensions >= 1; element_bytes >= 1.
 *
 * Aliasing: output must not overlap the inputs.
 *
 * Source: reference_ops::BroadcastSelect5DSlow of TFLite Micro. Only bytes are copied, so all types are alike.
 */
typedef struct {
    int32_t dims[CG_RANK];
    int32_t condition_strides[CG_RANK];
    int32_t x_strides[CG_RANK];
    int32_t y_strides[CG_RANK];
    int32_t element_bytes;
} cg_select_params;

void cg_select(const cg_select_params *params, const uint8_t *condition, const void *x, const void *y, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SELECT_H */
