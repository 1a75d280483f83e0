/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LOGICAL_NOT_H
#define CG_LOGICAL_NOT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * LOGICAL_NOT of count bools.
 *
 * Bounds: count >= 0.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: LogicalNotEval of TFLite Micro.
 */
void cg_logical_not(const uint8_t *input, int32_t count, uint8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LOGICAL_NOT_H */
