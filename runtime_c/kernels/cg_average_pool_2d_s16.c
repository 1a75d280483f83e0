/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_average_pool_2d_s16.h"

#include "cg_pool_2d_window.h"
#include "cg_requantize.h"

static int32_t cg_take(int32_t total, int16_t element) {
    return total + element;
}

static int16_t cg_finish(const cg_pool_2d_s16_params *params, int32_t total, int32_t count) {
    /* Division truncates, so half the count is added away from zero. */
    const int32_t half = (total > 0) ? count / 2 : -(count / 2);
    return (int16_t)cg_clamp_s32((total + half) / count, params->activation_min, params->activation_max);
}

CG_DEFINE_POOL_2D(cg_average_pool_2d_s16, int16_t, cg_pool_2d_s16_params, int32_t, 0, cg_take, cg_finish)
