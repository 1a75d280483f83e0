/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_small_code.h" /* first */

#include "cg_depthwise_lanes_3_s8.h"

#include "cg_depthwise_lanes_body.h"

#if CG_DSP

CG_NAKED static void cg_depthwise_lanes_of_four(CG_UNUSED const int8_t *source, CG_UNUSED uint32_t *words,
                                                CG_UNUSED const cg_depthwise_lanes *lanes) {
    CG_TAKE_LINE_APART("#12");
}

#endif

void cg_depthwise_lanes_3_s8(const int8_t *source, uint32_t *words, const cg_depthwise_lanes *lanes) {
#if CG_DSP
    if (lanes->lanes == CG_LANES) {
        cg_depthwise_lanes_of_four(source, words, lanes);
        return;
    }
#endif
    cg_depthwise_lanes_in_c(source, words, lanes, 3);
}
