/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ADD_N_F32_H
#define CG_ADD_N_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One input of ADD_N of float: adds it to the sum of those before it, or, the first one (is_first not 0), to 0.
 *
 * Bounds: count >= 0.
 *
 * Aliasing: output must not overlap any input of the operator.
 *
 * Arithmetic: reference_ops::AddN of TFLite Micro, element by element in its order.
 */
void cg_add_n_f32(const float *input, int32_t count, int32_t is_first, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_ADD_N_F32_H */
