/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_PAD_H
#define CG_PAD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * PAD, PADV2: surrounds a tensor of up to 5 dimensions by copies of one element.
 *
 *   dims           shape of the input, outermost first; unused dimensions (in front) are 1 with paddings of 0
 *   before, after  elements added in front of and behind each dimension
 *   element_bytes  bytes of one element
 *   value          the element_bytes bytes of the padding element
 *
 * Bounds: dimensions and paddings >= 0, element_bytes >= 1.
 *
 * Aliasing: output must not overlap input or value.
 *
 * Source: reference_ops::Pad of TFLite Micro. Only bytes are copied, so all types are alike.
 */
typedef struct {
    int32_t dims[5];
    int32_t before[5];
    int32_t after[5];
    int32_t element_bytes;
} cg_pad_params;

void cg_pad(const cg_pad_params *params, const void *input, const void *value, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_PAD_H */
