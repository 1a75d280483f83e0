/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_CONV_2D_EIGHTS_S8_H
#define CG_DEPTHWISE_CONV_2D_EIGHTS_S8_H

#include "cg_depthwise_conv_2d_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * cg_depthwise_conv_2d_s8 with a depth_multiplier of 1, with the same parameters, tables and arithmetic: by vectors of
 * eight channels where there are some. Any filter, stride and dilation.
 *
 * Aliasing: as of cg_depthwise_conv_2d_s8; vectors read more channels before they write the first of them.
 */
void cg_depthwise_conv_2d_eights_s8(const cg_depthwise_conv_2d_s8_params *params, const cg_rows *input,
                                    const int8_t *weights, const int32_t *bias, const int32_t *multiplier,
                                    const int32_t *shift, int32_t y0, int32_t y1, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_CONV_2D_EIGHTS_S8_H */
