/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_COPY_S8_H
#define CG_COPY_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Copies `count` >= 0 bytes, by vectors where there are some. `to` may overlap `from` where it is the lower address. */
void cg_copy_s8(int8_t *to, const int8_t *from, int32_t count);

#ifdef __cplusplus
}
#endif

#endif /* CG_COPY_S8_H */
