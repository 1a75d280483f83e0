/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"

#include "cg_copy_strided.h"

void arm_concatenation_s8_x(const int8_t *input, const uint16_t input_x, const uint16_t input_y, const uint16_t input_z,
                            const uint16_t input_w, int8_t *output, const uint16_t output_x, const uint32_t offset_x) {
    const int32_t row_bytes = input_x;
    const int32_t output_pitch = output_x;
    cg_copy_strided(input, row_bytes, (int32_t)input_y * input_z * input_w, row_bytes, output + offset_x, output_pitch);
}
