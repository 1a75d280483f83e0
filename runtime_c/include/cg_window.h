/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_WINDOW_H
#define CG_WINDOW_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The part of a filter that lies on the input, along one axis: the taps k in [cg_window_begin, cg_window_end), for
 * which 0 <= origin + k * dilation < input. `origin` is the position of tap 0, negative in the padding. If there is no
 * such tap, the end is not above the begin.
 */
CG_INLINE int32_t cg_window_begin(int32_t origin, int32_t dilation) {
    return (origin >= 0) ? 0 : (dilation - 1 - origin) / dilation;
}

CG_INLINE int32_t cg_window_end(int32_t origin, int32_t dilation, int32_t filter, int32_t input) {
    if (origin >= input) {
        return 0;
    }
    const int32_t end = (input - 1 - origin) / dilation + 1;
    return (end < filter) ? end : filter;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_WINDOW_H */
