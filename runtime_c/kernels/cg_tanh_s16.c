/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_tanh_s16.h"

#include "cg_sigmoid.h"
#include "cg_unary.h"

/* 2 * logistic - 1 in 15 bits, rounded; tanh(-x) is -tanh(x). */
static int16_t cg_tanh_element(const uint16_t *table, int32_t argument) {
    const int32_t value = cg_sigmoid_at(table, argument, 8, (int32_t)0xFFFF << 8) - ((int32_t)1 << 23);
    const int32_t rounded = (argument >= 0) ? value + (1 << 7) : -value + (1 << 7) - 1;
    return (int16_t)(rounded >> 8);
}

void cg_tanh_s16(const uint16_t *table, int32_t multiplier, int32_t shift, const int16_t *input, int32_t count,
                 int16_t *output) {
    CG_UNARY(int16_t, input, count, output, cg_tanh_element(table, cg_sigmoid_argument(x, multiplier, shift)));
}
