/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DIRECT_WINDOW_S8_H
#define CG_DIRECT_WINDOW_S8_H

#include <stdint.h>

#include "cg_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The quads of a window: of each of `count` rows, at least one, `quads` quads from source + rows[i] on, widened to two
 * words each, to `values`; the `left` bytes (0 to 3) after them go to `rest`. Values may begin before the only row that
 * they are made of, as long as no quad is written over before it is read.
 */
typedef struct {
    const int32_t *rows;
    int32_t count;
    const int8_t *source;
    int32_t quads;
    uint32_t *values;
    int32_t left;
    int8_t *rest;
} cg_direct_window;

void cg_direct_window_s8(const cg_direct_window *window);

#ifdef __cplusplus
}
#endif

#endif /* CG_DIRECT_WINDOW_S8_H */
