/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MEAN_S8_H
#define CG_MEAN_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * MEAN and SUM of int8 over any axes of a tensor of up to 5 dimensions.
 *
 *   dims     shape of the input, outermost first; unused dimensions (in front) are 1
 *   reduced  1 where the dimension is summed up, else 0
 *   output   the dimensions that are left, in their order
 *
 * multiplier and shift hold input_scale / output_scale / n where n is the number of input elements of one output
 * (SUM: without n). To be exact they must be made as the reference does, from the multiplier m and the shift s that
 * QuantizeMultiplier gives for input_scale / output_scale:
 *
 *   k = min(floor(log2(n)), 32, 31 + s);  multiplier = (int64) m * 2^k / n, rounded down;  shift = s - k
 *
 * Bounds: dimensions >= 1; input_offset in [-127, 128]; output_offset in [-128, 127]; n < 2^31. Sums
 * that do not fit 32 bits wrap, as they do in the reference; below n = 2^23 none does.
 *
 * Aliasing: output must not overlap input, except that it may begin at the same address if the reduced dimensions are
 * the innermost ones.
 *
 * Arithmetic: reference_ops::QuantizedMeanOrSum of TFLite Micro, the path that it takes for int8 whatever the axes
 * are (EvalIntegerMean; only float has a special case for height and width of 4 dimensions). No scratch: each output
 * is summed up on its own, in 32 bits, and the sum does not depend on the order.
 */
typedef struct {
    int32_t dims[5];
    int32_t reduced[5];
    int32_t input_offset;
    int32_t output_offset;
    int32_t multiplier;
    int32_t shift;
} cg_mean_s8_params;

void cg_mean_s8(const cg_mean_s8_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MEAN_S8_H */
