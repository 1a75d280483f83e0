/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CUMSUM_H
#define CG_CUMSUM_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Shape and options of CUMSUM. */
typedef struct {
    int32_t outer;
    int32_t size;
    int32_t inner;
    int32_t exclusive;
    int32_t reverse;
} cg_cumsum_params;

/* Where element k, in the order of summation, of a line is; line counts the outer x inner lines. */
CG_INLINE int32_t cg_cumsum_position(const cg_cumsum_params *params, int32_t line, int32_t k) {
    const int32_t outer = line / params->inner;
    const int32_t along = params->reverse ? params->size - 1 - k : k;
    return (outer * params->size + along) * params->inner + line % params->inner;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_CUMSUM_H */
