/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MOVE_H
#define CG_MOVE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Moves `count` bytes, as memmove does: words at a time also where the C library is made for size.
 *
 * Bounds: count >= 0.
 *
 * Aliasing: output may overlap input in any way.
 */
void cg_move(const void *input, int32_t count, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MOVE_H */
