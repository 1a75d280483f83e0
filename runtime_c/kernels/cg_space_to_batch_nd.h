/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SPACE_TO_BATCH_ND_H
#define CG_SPACE_TO_BATCH_ND_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SPACE_TO_BATCH_ND of images: pads them and deals the pixels of each block out to as many batches.
 *
 *   batches, input_height, input_width  shape of the input
 *   output_height, output_width         those of the output, which has batches * block_height * block_width images
 *   top, left                           padding in front; behind, as much as the output has room for
 *   pixel_bytes                         bytes of all channels of a pixel
 *   element_bytes                       bytes of one element
 *   value                               the padding element
 *
 * Bounds: sizes >= 1; paddings >= 0.
 *
 * Aliasing: output must not overlap input or value.
 *
 * Source: reference_ops::SpaceToBatchND of TFLite. Only bytes are copied, so all types are alike.
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
    int32_t element_bytes;
} cg_space_to_batch_nd_params;

void cg_space_to_batch_nd(const cg_space_to_batch_nd_params *params, const void *input, const void *value,
                          void *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SPACE_TO_BATCH_ND_H */
