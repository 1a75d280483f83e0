/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MUL_S8_H
#define CG_MUL_S8_H

#include <stdint.h>

#include "cg_broadcast.h"
#include "cg_product.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * MUL of two int8 tensors, broadcast to each other.
 *
 * Bounds: dimensions >= 1; those of cg_product.h; output_shift in [-31, 30].
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_integer_ops::MulElementwise of TFLite Micro.
 */
void cg_mul_s8(const cg_broadcast *shape, const cg_product_params *params, const int8_t *input1, const int8_t *input2,
               int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MUL_S8_H */
