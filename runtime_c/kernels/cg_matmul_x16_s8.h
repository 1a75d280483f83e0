/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_MATMUL_X16_S8_H
#define CG_MATMUL_X16_S8_H

#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Pixels times weights: the core of convolutions of int8 where weights are packed for vectors of 16 bytes.
 *
 * Pixel p is `depth` bytes at input + p * step (depth, where pixels follow each other); its outputs are
 * output[p * pitch], ... (outputs, where these do). `count` pixels, count >= 0.
 *
 *   weights  chunks of 16 weights: of each group of 4 outputs, first those of its outputs 0 and 1 in turn, then those
 *            of 2 and 3. A chunk is 16 products in the order of the input; the first one of an output has
 *            (depth - 1) % 16 + 1 products, behind zeros. Outputs that fill the last group up are zeros.
 *   factors  [outputs, filled up to groups of 4][3]: bias, multiplier, shift. The bias has the input's zero point times
 *            the weights folded in: input bytes are multiplied as they are.
 *   scratch  CG_MATMUL_X16_S8_SCRATCH(outputs) bytes, aligned to 4; not used (may be NULL) where outputs is a multiple
 *            of 4. Then output and pitch are aligned to 4.
 *
 * Bounds, proven by the compiler: shifts in [-31, 0]; no accumulator leaves 32 bits. `careful` says what the vectors
 * must do: 1 where rounding halves towards zero instead of away from it would show, or where an output before the clamp
 * may leave 16 bits; then shifts are below 0. The portable body, which is the definition, need not know.
 *
 * Aliasing: pixels are taken in fours, in ascending order. While the outputs of four are written they are read again,
 * earlier ones are not: the output may lie over input pixels of earlier fours. Scratch, weights and factors do not
 * overlap the output.
 *
 * Arithmetic: TFLite 8-bit quantization specification; reference_integer_ops::ConvPerChannel of TFLite Micro.
 */
typedef struct {
    int32_t depth;
    int32_t outputs;
    int32_t pitch;
    int32_t output_offset;
    int32_t activation_min;
    int32_t activation_max;
    int32_t careful;
} cg_matmul_x16_s8_params;

#define CG_MATMUL_X16_S8_SCRATCH(outputs) (((outputs) % 4) != 0 ? 4 * (((outputs) + 3) / 4 * 4) : 0)

void cg_matmul_x16_s8(const cg_matmul_x16_s8_params *params, const int8_t *input, int32_t step, int32_t count,
                      const int8_t *weights, const int32_t *factors, void *scratch, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_MATMUL_X16_S8_H */
