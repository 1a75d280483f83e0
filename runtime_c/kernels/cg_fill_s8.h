/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FILL_S8_H
#define CG_FILL_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes `count` >= 0 bytes of `value`, by vectors where there are some. */
void cg_fill_s8(int8_t *to, int32_t value, int32_t count);

#ifdef __cplusplus
}
#endif

#endif /* CG_FILL_S8_H */
