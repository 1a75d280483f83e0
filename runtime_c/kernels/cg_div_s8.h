/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DIV_S8_H
#define CG_DIV_S8_H

#include <stdint.h>

#include "cg_broadcast.h"
#include "cg_product.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DIV of two int8 tensors, broadcast to each other.
 *
 * Bounds: dimensions >= 1; those of cg_product.h; output_shift in [-31, 23].
 *
 * Aliasing: output may be equal to an input of its shape and type; otherwise it must not overlap the inputs.
 *
 * Arithmetic: reference_ops::DivElementwise of TFLite Micro: the reciprocal of the divisor to 31 bits, times the
 * dividend, requantized. Where the reference shifts by 32 bits or more, which C leaves undefined (small dividends,
 * large divisors), the quotient is 0; where it divides by 0, too.
 */
void cg_div_s8(const cg_broadcast *shape, const cg_product_params *params, const int8_t *input1, const int8_t *input2,
               int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DIV_S8_H */
