/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_UNARY_H
#define CG_UNARY_H

#include <stdint.h>

/*
 * output[i] = expression of `x`, for every element `x` of input, in order. Each element is read just before that of
 * the output is written, so output may be equal to input.
 */
#define CG_UNARY(type, input, count, output, expression)                                                               \
    do {                                                                                                               \
        for (int32_t cg_i = 0; cg_i < (count); ++cg_i) {                                                               \
            const type x = (input)[cg_i];                                                                              \
            (output)[cg_i] = (expression);                                                                             \
        }                                                                                                              \
    } while (0)

#endif /* CG_UNARY_H */
