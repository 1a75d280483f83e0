/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_REDUCE_PROD_S16_H
#define CG_REDUCE_PROD_S16_H

#include <stdint.h>

#include "cg_reduce.h"
#include "cg_rescaled_product.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * REDUCE_PROD of int16 over any axes; the parameters are those of cg_rescaled_product.h.
 *
 * Bounds and aliasing: those of cg_reduction.
 *
 * Arithmetic: reference_ops::QuantizedReduceProd of LiteRT.
 */
void cg_reduce_prod_s16(const cg_reduction *reduction, const cg_rescaled_product_params *params, const int16_t *input,
                        int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_REDUCE_PROD_S16_H */
