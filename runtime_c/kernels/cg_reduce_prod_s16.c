/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_reduce_prod_s16.h"

void cg_reduce_prod_s16(const cg_reduction *reduction, const cg_rescaled_product_params *params, const int16_t *input,
                        int16_t *output) {
    CG_REDUCE(reduction, int16_t, input, cg_rescaled_product, cg_no_product(),
              cg_rescaled_multiply(params, &result, value), output,
              (int16_t)cg_rescaled_output(params, &result, -32768, 32767));
}
