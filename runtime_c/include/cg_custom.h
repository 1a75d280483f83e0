/* SPDX-License-Identifier: Apache-2.0 */
/* What a C function that computes an operator of the user's own is given.
 *
 *   int32_t name(const cg_custom_input *input_0, ..., const cg_custom_output *output_0, ...,
 *                const uint8_t *options, int32_t options_bytes, void *scratch);
 *
 * One pointer for each input of the operator (NULL: an optional one left out), then one for each output. `options` are
 * the operator's custom options as the model file has them, NULL where there are none. `scratch` is 16-byte aligned
 * memory of as many bytes as the operator's description asks for, NULL without; nothing in it outlives the call.
 * Inputs, outputs and scratch do not overlap. The function returns 0, else `_invoke` ends with _ERROR_KERNEL. It keeps
 * no state, allocates nothing and writes nothing but the outputs and the scratch.
 */
#ifndef CG_CUSTOM_H
#define CG_CUSTOM_H

#include <stdint.h>

#define CG_CUSTOM_DIMENSIONS 8

typedef enum {
    CG_CUSTOM_FLOAT32 = 0, /* numbered as TensorType of the .tflite schema */
    CG_CUSTOM_INT32 = 2,
    CG_CUSTOM_UINT8 = 3,
    CG_CUSTOM_INT64 = 4,
    CG_CUSTOM_BOOL = 6, /* one byte, 0 or 1 */
    CG_CUSTOM_INT16 = 7,
    CG_CUSTOM_INT8 = 9,
    CG_CUSTOM_FLOAT64 = 10,
    CG_CUSTOM_UINT64 = 12,
    CG_CUSTOM_UINT32 = 15,
    CG_CUSTOM_UINT16 = 16
} cg_custom_type;

/* A tensor to read: dims[0 .. rank - 1] elements, the last dimension without gaps.
 *
 * Quantized: real = scale * (q - zero_point). With `channels` above 0 each slice of dimension `axis` has a scale and a
 * zero point of its own instead. Not quantized: scale is 0. */
typedef struct {
    const void *data;
    cg_custom_type type;
    int32_t bytes;
    int32_t rank;
    int32_t dims[CG_CUSTOM_DIMENSIONS];
    float scale;
    int32_t zero_point;
    int32_t channels;
    int32_t axis;
    const float *channel_scales;
    const int32_t *channel_zero_points;
} cg_custom_input;

/* A tensor to write: all of its bytes. The fields are those of an input. */
typedef struct {
    void *data;
    cg_custom_type type;
    int32_t bytes;
    int32_t rank;
    int32_t dims[CG_CUSTOM_DIMENSIONS];
    float scale;
    int32_t zero_point;
    int32_t channels;
    int32_t axis;
    const float *channel_scales;
    const int32_t *channel_zero_points;
} cg_custom_output;

#endif /* CG_CUSTOM_H */
