/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_copy_strided.h"

void arm_concatenation_s8_w(const int8_t *input, const uint16_t input_x, const uint16_t input_y, const uint16_t input_z,
                            const uint16_t input_w, int8_t *output, const uint32_t offset_w) {
    const int32_t bytes = (int32_t)input_x * input_y * input_z * input_w;
    cg_copy_strided(input, bytes, 1, bytes, output + offset_w * input_x * input_y * input_z, bytes);
}
