/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_logistic_s16.h"

#include "cg_sigmoid.h"
#include "cg_unary.h"

/* Back to 15 bits, rounded; logistic(-x) is 1 - logistic(x). */
static int16_t cg_logistic_element(const uint16_t *table, int32_t argument) {
    const int32_t value = cg_sigmoid_at(table, argument, 9, (int32_t)0x7FFF << 10);
    const int32_t rounded = (argument >= 0) ? value + (1 << 9) : ((int32_t)1 << 25) - value + (1 << 9) - 1;
    return (int16_t)(rounded >> 10);
}

void cg_logistic_s16(const uint16_t *table, int32_t multiplier, int32_t shift, const int16_t *input, int32_t count,
                     int16_t *output) {
    CG_UNARY(int16_t, input, count, output, cg_logistic_element(table, cg_sigmoid_argument(x, multiplier, shift)));
}
