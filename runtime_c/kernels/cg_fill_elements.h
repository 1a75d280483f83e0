/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FILL_ELEMENTS_H
#define CG_FILL_ELEMENTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * FILL and ZEROS_LIKE: `count` copies of the element_bytes bytes at `value`.
 *
 * Bounds: element_bytes >= 1; count >= 0.
 *
 * Aliasing: output must not overlap value.
 *
 * Source: reference_ops::Fill of TFLite Micro. Only bytes are copied, so all types are alike.
 */
void cg_fill_elements(const void *value, int32_t element_bytes, int32_t count, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_FILL_ELEMENTS_H */
