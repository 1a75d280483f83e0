/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_INDEX_H
#define CG_INDEX_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Positions that a model reads, or makes. Those that it reads come from its inputs in the end, so none may lead out of
 * a tensor.
 */

/* Number i of a tensor of int32 (index_bytes 4) or int64 (8), as the nearest number in [0, last]. */
CG_INLINE int32_t cg_index_at(const void *numbers, int32_t i, int32_t index_bytes, int32_t last) {
    const int64_t index = (index_bytes == 8) ? ((const int64_t *)numbers)[i] : ((const int32_t *)numbers)[i];
    if (index < 0) {
        return 0;
    }
    return (index > last) ? last : (int32_t)index;
}

/* Number i of a tensor of int32 (index_bytes 4) or int64 (8) becomes `index`. */
CG_INLINE void cg_put_index(void *numbers, int32_t i, int32_t index_bytes, int32_t index) {
    if (index_bytes == 8) {
        ((int64_t *)numbers)[i] = index;
    } else {
        ((int32_t *)numbers)[i] = index;
    }
}

#ifdef __cplusplus
}
#endif

#endif /* CG_INDEX_H */
