/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_BATCH_TO_SPACE_ND_H
#define CG_BATCH_TO_SPACE_ND_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * BATCH_TO_SPACE_ND of images: collects the pixels of each block from as many batches and crops the images.
 *
 *   batches, output_height, output_width  shape of the output
 *   input_height, input_width             those of the input, which has batches * block_height * block_width images
 *   top, left                             rows and columns cut off in front; behind, whatever the output has no room
 * for pixel_bytes                           bytes of all channels of a pixel
 *
 * Bounds: sizes >= 1; crops >= 0; output_height + top <= input_height * block_height, and so for the width.
 *
 * Aliasing: output must not overlap input.
 *
 * Source: reference_ops::BatchToSpaceND of TFLite Micro. Only bytes are copied, so all types are alike.
 */
typedef struct {
    int32_t batches;
    int32_t input_height;
    int32_t input_width;
    int32_t output_height;
    int32_t output_width;
    int32_t block_height;
    int32_t block_width;
    int32_t top;
    int32_t left;
    int32_t pixel_bytes;
} cg_batch_to_space_nd_params;

void cg_batch_to_space_nd(const cg_batch_to_space_nd_params *params, const void *input, void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_BATCH_TO_SPACE_ND_H */
