/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MATVEC_X16_S8_H
#define CG_MATVEC_X16_S8_H

#include "cg_matmul_x16_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * cg_matmul_x16_s8 for one pixel, whose `depth` bytes are at input. The output need not be aligned.
 *
 * Aliasing: none; the input is read again for every few outputs.
 */
void cg_matvec_x16_s8(const cg_matmul_x16_s8_params *params, const int8_t *input, const int8_t *weights,
                      const int32_t *factors, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MATVEC_X16_S8_H */
