/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_POOL_2D_H
#define CG_POOL_2D_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Parameters of average and maximum pooling. Dimensions and strides are at least 1, paddings at least 0, and each
 * window covers at least one element of the input. activation_min <= activation_max, both in [-128, 127]. */
typedef struct {
    int32_t batches;
    int32_t input_width;
    int32_t channels;
    int32_t filter_height;
    int32_t filter_width;
    int32_t output_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t activation_min;
    int32_t activation_max;
} cg_pool_2d_s8_params;

/* As of int8, but for the range of the activation: [-32768, 32767]. */
typedef cg_pool_2d_s8_params cg_pool_2d_s16_params;

/* As of int8, but for the activation: its bounds are any numbers. */
typedef struct {
    int32_t batches;
    int32_t input_width;
    int32_t channels;
    int32_t filter_height;
    int32_t filter_width;
    int32_t output_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t pad_top;
    int32_t pad_left;
    float activation_min;
    float activation_max;
} cg_pool_2d_f32_params;

#ifdef __cplusplus
}
#endif

#endif /* CG_POOL_2D_H */
