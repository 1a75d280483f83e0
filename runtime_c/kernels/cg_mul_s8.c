/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_mul_s8.h"

void cg_mul_s8(const cg_broadcast *shape, const cg_product_params *params, const int8_t *input1, const int8_t *input2,
               int8_t *output) {
    /* A copy that no store through output can change, so that it stays in registers. */
    const cg_product_params local = *params;

    CG_BROADCAST(shape, int8_t, input1, int8_t, input2, output, (int8_t)cg_product_element(&local, a, b));
}
