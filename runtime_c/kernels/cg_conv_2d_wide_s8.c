/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_conv_2d_wide_s8.h"

#include "cg_wide_tile_s8.h"

void cg_conv_2d_wide_s8(const cg_conv_2d_tiles_params *params, const cg_rows *input, const int32_t *stream, int32_t y0,
                        int32_t y1, void *scratch, int8_t *output) {
    static const cg_conv_2d_tiles_way way = {cg_wide_tile_s8, 4, CG_WIDE_QUAD_CODE};
    cg_conv_2d_tiles_s8(params, input, stream, y0, y1, scratch, output, &way);
}
