/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_add_broadcast_s8.h"

#include "cg_add_element_s8.h"

/* Goes one position on along the outer five dimensions; 0 after the last one. */
static int cg_next_run(const int32_t *dims, const int32_t *strides1, const int32_t *strides2, int32_t *index,
                       const int8_t **input1, const int8_t **input2) {
    for (int d = 4; d >= 0; --d) {
        if (++index[d] < dims[d]) {
            *input1 += strides1[d];
            *input2 += strides2[d];
            return 1;
        }
        /* Back to the begin of this dimension, on to the next outer one. */
        index[d] = 0;
        *input1 -= strides1[d] * (dims[d] - 1);
        *input2 -= strides2[d] * (dims[d] - 1);
    }
    return 0;
}

void cg_add_broadcast_s8(const cg_add_broadcast_s8_params *params, const int8_t *input1, const int8_t *input2,
                         int8_t *output) {
    /* A copy that no store through output can change, so that it stays in registers. */
    const cg_add_s8_params add = params->add;
    const int32_t stride1 = params->input1_strides[5];
    const int32_t stride2 = params->input2_strides[5];
    int32_t index[5] = {0, 0, 0, 0, 0};

    do {
        for (int32_t i = 0; i < params->dims[5]; ++i) {
            *output++ = cg_add_element_s8(&add, input1[i * stride1], input2[i * stride2]);
        }
    } while (cg_next_run(params->dims, params->input1_strides, params->input2_strides, index, &input1, &input2));
}
