/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_reduce_prod_s8.h"

void cg_reduce_prod_s8(const cg_reduction *reduction, const cg_rescaled_product_params *params, const int8_t *input,
                       int8_t *output) {
    CG_REDUCE(reduction, int8_t, input, cg_rescaled_product, cg_no_product(),
              cg_rescaled_multiply(params, &result, value), output,
              (int8_t)cg_rescaled_output(params, &result, -128, 127));
}
