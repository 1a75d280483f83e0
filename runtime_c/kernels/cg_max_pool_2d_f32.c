/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_max_pool_2d_f32.h"

#include <float.h>

#include "cg_float.h"
#include "cg_pool_2d_window.h"

static float cg_take(float total, float element) {
    return (total < element) ? element : total;
}

static float cg_finish(const cg_pool_2d_f32_params *params, float total, int32_t count) {
    (void)count;
    return cg_clamp_f32(total, params->activation_min, params->activation_max);
}

CG_DEFINE_POOL_2D(cg_max_pool_2d_f32, float, cg_pool_2d_f32_params, float, -FLT_MAX, cg_take, cg_finish)
